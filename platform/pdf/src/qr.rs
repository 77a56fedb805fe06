//! QR codes (ISO/IEC 18004) as SVG drawings.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use crate::PdfFault;

/// Smallest module that cheap phones still read from an office print.
pub const MODULE_MM_MIN: f64 = 0.42;

/// Light border that the standard requires on every side, in modules.
const QUIET_MODULES: usize = 4;

/// A QR code to be placed on paper or on a page.
#[derive(Clone, Debug, PartialEq)]
pub struct QrPicture {
    /// The drawing, quiet zone included; one unit of the view box is one module.
    pub svg: String,
    /// Modules on a side without the quiet zone: 17 + 4 × version.
    pub modules: usize,
    /// Side on paper in millimetres, quiet zone included.
    pub side_mm: f64,
}

/// Draws `text` with error correction level M. `module_mm` is the side of one module on paper.
pub fn qr_svg(text: &str, module_mm: f64) -> Result<QrPicture, PdfFault> {
    draw(text, module_mm, EcLevel::M)
}

/// Draws `text` with error correction level L: for long texts, where fewer modules are read better than more correction.
///
/// # Errors
/// When the text fits into no code, or the modules are too small for phones.
pub fn qr_svg_dense(text: &str, module_mm: f64) -> Result<QrPicture, PdfFault> {
    draw(text, module_mm, EcLevel::L)
}

fn draw(text: &str, module_mm: f64, level: EcLevel) -> Result<QrPicture, PdfFault> {
    if module_mm.is_nan() || module_mm < MODULE_MM_MIN {
        return Err(PdfFault::Qr(format!("modules of {module_mm} mm are below {MODULE_MM_MIN} mm")));
    }
    let code = QrCode::with_error_correction_level(text, level).map_err(|error| PdfFault::Qr(error.to_string()))?;
    let modules = code.width();
    let side = modules + 2 * QUIET_MODULES;
    // u16 is exact: a QR code has at most 177 modules.
    let side_mm = f64::from(u16::try_from(side).expect("at most 185 modules")) * module_mm;
    let svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{}"/></svg>"##,
        dark_runs(&code.into_colors(), modules),
    );
    Ok(QrPicture { svg, modules, side_mm })
}

/// One path of horizontal runs: a single shape, so that no reader draws hairlines between modules.
fn dark_runs(colors: &[Color], modules: usize) -> String {
    let mut path = String::new();
    for (y, row) in colors.chunks(modules).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                let (left, top, width) = (x + QUIET_MODULES, y + QUIET_MODULES, run.len());
                write!(path, "M{left} {top}h{width}v1h-{width}z").expect("writing to a String cannot fail");
            }
            x += run.len();
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the drawing back into modules, quiet zone left out.
    fn modules_of(qr: &QrPicture) -> Vec<Vec<bool>> {
        let mut grid = vec![vec![false; qr.modules]; qr.modules];
        let path = qr.svg.rsplit_once(" d=\"").unwrap().1.split('"').next().unwrap();
        for run in path.split('M').skip(1) {
            let (place, rest) = run.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let width: usize = rest.split('v').next().unwrap().parse().unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            grid[y - QUIET_MODULES][x - QUIET_MODULES..][..width].fill(true);
        }
        grid
    }

    #[test]
    fn the_drawing_has_exactly_the_modules_of_the_code() {
        let text = "HTTPS://ORDERS.EXAMPLE.GOV.TW/Q/0123456789ABCDEFGHIJKLMN#ZYXWVUTSRQPONMLKJIHGFEDC";
        let qr = qr_svg(text, 0.5).unwrap();
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let expected: Vec<Vec<bool>> = code
            .to_colors()
            .chunks(code.width())
            .map(|row| row.iter().map(|&color| color == Color::Dark).collect())
            .collect();
        assert_eq!(modules_of(&qr), expected);
        assert_eq!(qr.side_mm, (code.width() + 8) as f64 * 0.5);
    }

    #[test]
    fn an_upper_case_address_stays_small_enough_for_a_corner_of_the_page() {
        let text = "HTTPS://ORDERS.EXAMPLE.GOV.TW/Q/0123456789ABCDEFGHIJKLMN#ZYXWVUTSRQPONMLKJIHGFEDC";
        let qr = qr_svg(text, MODULE_MM_MIN).unwrap();
        assert!(qr.modules <= 41, "{} modules", qr.modules);
        assert!(qr.side_mm < 21.0, "{} mm", qr.side_mm);
    }

    #[test]
    fn what_no_phone_could_read_is_refused() {
        assert!(matches!(qr_svg("A", 0.3), Err(PdfFault::Qr(_))));
        assert!(matches!(qr_svg("A", f64::NAN), Err(PdfFault::Qr(_))));
        assert!(matches!(qr_svg(&"A".repeat(4000), 0.5), Err(PdfFault::Qr(_))));
    }
}
