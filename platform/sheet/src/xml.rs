//! Reading the XML parts of a package: no document types, no entities of the sender's own, names that match.

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesRef, BytesStart, Event},
};

use crate::SheetFault;

/// Events of one part.
pub(crate) struct Xml<'t> {
    reader: Reader<&'t [u8]>,
    part: &'t str,
}

impl<'t> Xml<'t> {
    pub(crate) fn new(part: &'t str, text: &'t str) -> Self {
        Self { reader: Reader::from_str(text), part }
    }

    /// The next event; `None` at the end of the part.
    pub(crate) fn next(&mut self) -> Result<Option<Event<'t>>, SheetFault> {
        match self.reader.read_event() {
            Ok(Event::Eof) => Ok(None),
            Ok(Event::DocType(_)) | Err(_) => Err(self.damaged()),
            Ok(event) => Ok(Some(event)),
        }
    }

    /// The next event inside an element: the part must not end here.
    pub(crate) fn inside(&mut self) -> Result<Event<'t>, SheetFault> {
        self.next()?.ok_or_else(|| self.damaged())
    }

    /// The part does not follow its format.
    pub(crate) fn damaged(&self) -> SheetFault {
        SheetFault::Damaged { part: self.part.to_owned() }
    }

    /// Value of an attribute by its full name.
    pub(crate) fn attribute(&self, element: &BytesStart, name: &str) -> Result<Option<String>, SheetFault> {
        let Some(found) = element.try_get_attribute(name).map_err(|_| self.damaged())? else { return Ok(None) };
        let value = found.normalized_value(XmlVersion::Implicit1_0).map_err(|_| self.damaged())?;
        Ok(Some(value.into_owned()))
    }

    /// Value of a whole-number attribute, `default` if it is not given.
    pub(crate) fn count(&self, element: &BytesStart, name: &str, default: usize) -> Result<usize, SheetFault> {
        match self.attribute(element, name)? {
            Some(value) => value.trim().parse().map_err(|_| self.damaged()),
            None => Ok(default),
        }
    }

    /// What a reference like `&amp;` or `&#x4e00;` stands for.
    pub(crate) fn reference(&self, reference: &BytesRef) -> Result<char, SheetFault> {
        if let Some(c) = reference.resolve_char_ref().map_err(|_| self.damaged())? {
            return Ok(c);
        }
        match &**reference {
            "amp" => Ok('&'),
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            _ => Err(self.damaged()),
        }
    }

    /// Skips to the end of the element whose start was just read.
    pub(crate) fn skip(&mut self, element: &BytesStart) -> Result<(), SheetFault> {
        self.reader.read_to_end(element.name()).map(drop).map_err(|_| self.damaged())
    }
}
