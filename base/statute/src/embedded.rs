//! What of `law/` is carried in the binary: all of it.

/// Path under `law/` and content of each file, ascending by path.
pub(crate) const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/law.rs"));

/// One file by its path under `law/`.
pub(crate) fn file(path: &str) -> Option<&'static str> {
    let at = FILES.binary_search_by_key(&path, |(name, _)| name).ok()?;
    Some(FILES[at].1)
}
