//! What lies behind the text of every page: watermark and binding line, with their words drawn as outlines. As real text they would
//! be mixed into every paragraph that somebody copies or a program extracts.

use std::fmt::Write as _;

use ttf_parser::Face;
use typst::text::Font;

/// Words behind the text of every page. Both are decoration to screen readers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backdrop<'a> {
    /// Written large across the page, three times, in light grey; empty for none.
    pub watermark: &'a str,
    /// Characters spread along a dotted line at the left edge (裝訂線), where official paper is stapled; empty for none.
    pub binding: &'a str,
    /// Whether the page lies on its long side.
    pub landscape: bool,
}

/// A4 in tenths of a millimetre, the unit of the drawing.
const A4: (f32, f32) = (2100.0, 2970.0);

/// Binding line: distance from the left edge, and of its ends from the top and bottom edges.
const BINDING: (f32, f32) = (110.0, 300.0);

/// Fills: light enough to read over (the order's own text keeps a contrast above 10:1), dark enough to survive a copying machine.
const WATERMARK_GREY: &str = "#e3e3e3";
const BINDING_GREY: &str = "#8a8a8a";

impl Backdrop<'_> {
    /// Whether there is nothing to draw.
    pub(crate) fn is_empty(&self) -> bool {
        self.watermark.is_empty() && self.binding.is_empty()
    }

    /// Width and height of the page in tenths of a millimetre.
    fn page(&self) -> (f32, f32) {
        if self.landscape { (A4.1, A4.0) } else { A4 }
    }

    /// The drawing, the size of the page. The fonts are those chosen for the text, so they have its characters.
    pub(crate) fn svg(&self, fonts: &[Font]) -> String {
        let faces: Vec<Face<'_>> =
            fonts.iter().filter_map(|font| Face::parse(font.data().as_slice(), font.index()).ok()).collect();
        let (width, height) = self.page();
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{}{}</svg>"#,
            self.watermark_svg(&faces),
            self.binding_svg(&faces),
        )
    }

    fn watermark_svg(&self, faces: &[Face<'_>]) -> String {
        let line = Lettering::new(self.watermark, faces);
        let (width, height) = self.page();
        // Nearly as long as the page is wide, but no taller than 32 mm; fewer times where there is less height.
        let scale = (1500.0 / line.width.max(1.0)).min(0.32);
        let parts: &[f32] = if self.landscape { &[0.3, 0.72] } else { &[0.2, 0.5, 0.8] };
        parts.iter().map(|part| line.svg((width / 2.0, height * part), -30, scale, WATERMARK_GREY)).collect()
    }

    fn binding_svg(&self, faces: &[Face<'_>]) -> String {
        let (x, top) = BINDING;
        let bottom = self.page().1 - top;
        let marks = self.binding.chars().count();
        if marks == 0 {
            return String::new();
        }
        let pitch = (bottom - top) / (marks + 1) as f32;
        let mut svg = String::new();
        let mut from = top;
        for (index, c) in self.binding.chars().enumerate() {
            let middle = top + pitch * (index + 1) as f32;
            svg += &dotted(x, from, middle - 40.0);
            svg += &Lettering::new(c.encode_utf8(&mut [0; 4]), faces).svg((x, middle), 0, 0.04, BINDING_GREY);
            from = middle + 40.0;
        }
        svg + &dotted(x, from, bottom)
    }
}

fn dotted(x: f32, from: f32, to: f32) -> String {
    format!(r#"<path d="M{x} {from}V{to}" stroke="{BINDING_GREY}" stroke-width="3" stroke-dasharray="3 12"/>"#)
}

/// Outlines of a line of text as SVG path data, 1000 units per em, and how wide the line is.
struct Lettering {
    path: String,
    width: f32,
}

impl Lettering {
    /// Where the em box of East Asian fonts ends above and below the baseline.
    const TOP: f32 = 880.0;
    const HEIGHT: f32 = 1000.0;

    /// Draws each character with the first face that has it.
    fn new(text: &str, faces: &[Face<'_>]) -> Self {
        let mut lettering = Self { path: String::new(), width: 0.0 };
        for c in text.chars() {
            let found = faces.iter().find_map(|face| Some((face, face.glyph_index(c)?)));
            let Some((face, glyph)) = found else { continue };
            // Fonts differ in their units.
            let mut pen =
                Pen { contours: Vec::new(), left: lettering.width, scale: 1000.0 / f32::from(face.units_per_em()) };
            face.outline_glyph(glyph, &mut pen);
            lettering.width += f32::from(face.glyph_hor_advance(glyph).unwrap_or_default()) * pen.scale;
            pen.contours.iter().for_each(|contour| lettering.draw(&simplified(contour)));
        }
        lettering
    }

    fn draw(&mut self, contour: &[Point]) {
        for (index, (x, y)) in contour.iter().enumerate() {
            let command = if index == 0 { 'M' } else { 'L' };
            write!(self.path, "{command}{x:.0} {y:.0}").expect("writing to a String cannot fail");
        }
        self.path.push('Z');
    }

    /// The line centred on a point of the page, turned, and scaled.
    fn svg(&self, (x, y): Point, degrees: i32, scale: f32, fill: &str) -> String {
        let (left, up) = (-self.width / 2.0, -Self::HEIGHT / 2.0);
        let place = format!("translate({x} {y}) rotate({degrees}) scale({scale}) translate({left} {up})");
        format!(r#"<path fill="{fill}" transform="{place}" d="{}"/>"#, self.path)
    }
}

/// Across and down.
type Point = (f32, f32);

/// How far a simplified outline may leave the true one, in thousandths of an em: 0.06 mm on the largest watermark.
const TOLERANCE: f32 = 2.0;

/// The same outline with fewer corners (Douglas and Peucker 1973). The strokes of regular script have some 400 points a character,
/// and every paper carries them three times.
fn simplified(contour: &[Point]) -> Vec<Point> {
    let [first, .., last] = contour else { return contour.to_vec() };
    let far = (1..contour.len() - 1).map(|index| (index, distance(contour[index], *first, *last)));
    match far.max_by(|a, b| a.1.total_cmp(&b.1)) {
        Some((index, off)) if off > TOLERANCE => {
            let mut points = simplified(&contour[..=index]);
            points.pop();
            points.extend(simplified(&contour[index..]));
            points
        }
        _ => vec![*first, *last],
    }
}

/// From a point to the line through two others, or to the point where both are one.
fn distance(point: Point, from: Point, to: Point) -> f32 {
    let (along, offset) = ((to.0 - from.0, to.1 - from.1), (point.0 - from.0, point.1 - from.1));
    let length = along.0.hypot(along.1);
    if length == 0.0 { offset.0.hypot(offset.1) } else { (along.0 * offset.1 - along.1 * offset.0).abs() / length }
}

/// Turns outlines into polygons: font units upwards become drawing units downwards.
struct Pen {
    contours: Vec<Vec<Point>>,
    left: f32,
    scale: f32,
}

impl Pen {
    fn to(&mut self, (x, y): Point) {
        let point = (self.left + x * self.scale, Lettering::TOP - y * self.scale);
        if let Some(contour) = self.contours.last_mut() {
            contour.push(point);
        }
    }

    /// The last point drawn, in font units.
    fn here(&self) -> Point {
        let last = self.contours.last().and_then(|contour| contour.last());
        last.map_or((0.0, 0.0), |(x, y)| ((x - self.left) / self.scale, (Lettering::TOP - y) / self.scale))
    }
}

/// Between two points: nothing at 0, all the way at 1.
fn between(from: Point, to: Point, part: f32) -> Point {
    (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
}

impl ttf_parser::OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.contours.push(Vec::new());
        self.to((x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.to((x, y));
    }

    /// Strokes are made of many short curves, so a few points on each keep their shape (de Casteljau).
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (from, control, end) = (self.here(), (x1, y1), (x, y));
        for part in [0.25, 0.5, 0.75, 1.0] {
            self.to(between(between(from, control, part), between(control, end, part), part));
        }
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (from, first, second, end) = (self.here(), (x1, y1), (x2, y2), (x, y));
        for part in [0.25, 0.5, 0.75, 1.0] {
            let (a, b, c) = (between(from, first, part), between(first, second, part), between(second, end, part));
            self.to(between(between(a, b, part), between(b, c, part), part));
        }
    }

    fn close(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simplifying_keeps_corners_and_drops_what_lies_on_the_way() {
        let square = [(0.0, 0.0), (50.0, 1.0), (100.0, 0.0), (100.0, 50.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)];
        assert_eq!(simplified(&square), [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)]);
        assert_eq!(simplified(&square[..1]), [(0.0, 0.0)]);
    }

    #[test]
    fn nothing_to_draw_is_an_empty_page() {
        assert!(Backdrop::default().is_empty());
        assert!(!Backdrop { binding: "裝", ..Backdrop::default() }.is_empty());
        let svg = Backdrop { landscape: true, ..Backdrop::default() }.svg(&[]);
        assert!(svg.contains("viewBox=\"0 0 2970 2100\""), "{svg}");
    }
}
