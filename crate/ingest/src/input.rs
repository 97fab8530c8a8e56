//! A file as its reader sees it: bytes in bounded pieces, in UTF-8 whatever the file is in.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1256};
use encoding_rs_io::DecodeReaderBytesBuilder;

use crate::Kind;

/// How much of a file is looked at to tell its shape and encoding, in bytes.
const HEAD: usize = 64 << 10;

/// A file that is not read as a stream is not larger, in bytes.
pub(crate) const WHOLE: usize = 64 << 20;

/// A line of a stream, or one message of it, is not longer, in bytes.
pub(crate) const PIECE: usize = 16 << 20;

/// A file to read.
pub(crate) struct Input<'a> {
    /// As shown to people.
    pub(crate) path: &'a Path,
    /// The file or folder that was given and in which the file was found.
    pub(crate) root: &'a Path,
    head: Vec<u8>,
    rest: Box<dyn Read + 'a>,
}

impl<'a> Input<'a> {
    pub(crate) fn open(path: &'a Path, root: &'a Path, file: impl Read + 'a) -> io::Result<Self> {
        let mut file: Box<dyn Read + 'a> = Box::new(file);
        let mut head = Vec::new();
        file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        Ok(Input {
            path,
            root,
            head,
            rest: file,
        })
    }

    /// Whether the file itself was given, rather than a folder with it.
    pub(crate) fn is_given(&self) -> bool {
        self.path == self.root
    }

    /// The path below the folder given, with `/` between the names; the name of the file where
    /// the file itself was given.
    pub(crate) fn relative(&self) -> String {
        let below = self.path.strip_prefix(self.root).ok();
        let below = below.filter(|path| !path.as_os_str().is_empty());
        let path = below.or(self.path.file_name().map(Path::new));
        let names = path.into_iter().flat_map(Path::components);
        let names: Vec<_> = names
            .map(|name| name.as_os_str().to_string_lossy())
            .collect();
        names.join("/")
    }

    /// The extension of the name in lower case, without the dot; empty where there is none.
    pub(crate) fn extension(&self) -> String {
        let extension = self.path.extension().unwrap_or_default();
        extension.to_string_lossy().to_ascii_lowercase()
    }

    /// The first bytes as text, to tell what the file holds.
    pub(crate) fn head(&self) -> String {
        let (text, _, _) = encoding(&self.head).decode(&self.head);
        text.into_owned()
    }

    /// Whether the first bytes are no text.
    pub(crate) fn is_binary(&self) -> bool {
        Encoding::for_bom(&self.head).is_none() && self.head.contains(&0)
    }

    /// The name of the encoding that the first bytes are in.
    pub(crate) fn encoding(&self) -> &'static str {
        encoding(&self.head).name()
    }

    /// The file as a stream of UTF-8 without a byte order mark. In a file that says it is UTF-8,
    /// or does not say, bytes that are not UTF-8 are passed on as they are.
    pub(crate) fn stream(self) -> impl BufRead + 'a {
        let encoding = encoding(&self.head);
        let bytes = io::Cursor::new(self.head).chain(self.rest);
        let decoder = DecodeReaderBytesBuilder::new()
            .encoding((encoding == WINDOWS_1256).then_some(encoding))
            .utf8_passthru(true)
            .strip_bom(true)
            .build(bytes);
        BufReader::with_capacity(HEAD, decoder)
    }

    /// The whole file as it is.
    ///
    /// # Errors
    ///
    /// [`Kind::Unreadable`], and [`Kind::TooLarge`] for more than [`WHOLE`] bytes.
    pub(crate) fn bytes(self) -> Result<Vec<u8>, Kind> {
        let mut bytes = self.head;
        let mut rest = self
            .rest
            .take((WHOLE + 1).saturating_sub(bytes.len()) as u64);
        rest.read_to_end(&mut bytes)
            .map_err(|error| Kind::Unreadable(error.to_string()))?;
        if bytes.len() > WHOLE {
            return Err(Kind::TooLarge);
        }
        Ok(bytes)
    }

    /// The whole file as text, without a byte order mark.
    ///
    /// # Errors
    ///
    /// Those of [`Input::bytes`], and [`Kind::NotUtf8`] with the line where the first such byte
    /// stands.
    pub(crate) fn text(self) -> Result<String, (Option<usize>, Kind)> {
        let bytes = self.bytes().map_err(|kind| (None, kind))?;
        text(bytes)
    }
}

/// See [`Input::text`].
pub(crate) fn text(bytes: Vec<u8>) -> Result<String, (Option<usize>, Kind)> {
    let encoding = encoding(&bytes);
    if encoding != UTF_8 {
        let (text, _, _) = encoding.decode(&bytes);
        return Ok(text.into_owned());
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(match text.strip_prefix('\u{feff}') {
            Some(text) => text.to_owned(),
            None => text,
        }),
        Err(error) => {
            let before = error
                .as_bytes()
                .iter()
                .take(error.utf8_error().valid_up_to());
            let line = 1 + before.filter(|&&byte| byte == b'\n').count();
            Err((Some(line), Kind::NotUtf8))
        }
    }
}

/// What bytes are in: what their byte order mark says, else UTF-8, unless they are not and look
/// like Persian or Arabic in windows-1256.
fn encoding(bytes: &[u8]) -> &'static Encoding {
    match Encoding::for_bom(bytes) {
        Some((encoding, _)) if encoding == UTF_16LE || encoding == UTF_16BE => encoding,
        Some(_) => UTF_8,
        None => match str::from_utf8(bytes) {
            // The last character may be cut.
            Err(error) if error.error_len().is_some() && is_windows_1256(bytes) => WINDOWS_1256,
            _ => UTF_8,
        },
    }
}

/// Whether bytes read as Persian or Arabic in windows-1256.
///
/// Of the bytes above ASCII nine in ten must be letters and signs of the Arabic script, as other
/// encodings use them for letters that stand at Latin ones here, and one in thirty the letter
/// alef, by far the most frequent where the language is one of the two.
fn is_windows_1256(bytes: &[u8]) -> bool {
    const FEWEST: usize = 16; // fewer say nothing
    let high: Vec<u8> = bytes.iter().copied().filter(|&byte| byte >= 0x80).collect();
    let (text, _, _) = WINDOWS_1256.decode(&high);
    let arabic =
        |c: &char| matches!(c, '\u{600}'..='\u{6ff}' | '\u{200c}'..='\u{200f}' | '«' | '»');
    let letters = text.chars().filter(arabic).count();
    let alefs = text.chars().filter(|&c| c == 'ا').count();
    high.len() >= FEWEST && letters * 10 >= high.len() * 9 && alefs * 30 >= high.len()
}

/// A line of a stream.
pub(crate) enum Line {
    /// It stands in the buffer, without its end.
    Read,
    /// It is longer than [`PIECE`]; the buffer holds its first bytes, the others are passed over.
    TooLong,
    /// There is none.
    End,
}

/// Reads the next line, up to `\n`.
///
/// # Errors
///
/// Those of the stream.
pub(crate) fn next_line(stream: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let (mut any, mut too_long) = (false, false);
    loop {
        let bytes = match stream.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = memchr::memchr(b'\n', bytes);
        let part = &bytes[..end.unwrap_or(bytes.len())];
        any |= !bytes.is_empty();
        too_long |= line.len() + part.len() > PIECE;
        if !too_long {
            line.extend_from_slice(part);
        }
        let (read, last) = (part.len(), end.is_some() || bytes.is_empty());
        stream.consume(read + usize::from(end.is_some()));
        if last {
            return Ok(match (any, too_long) {
                (false, _) => Line::End,
                (true, true) => Line::TooLong,
                (true, false) => Line::Read,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn windows_1256_is_told_from_others() {
        let persian = "شبكه عصبي خود را بهتر بفهميد و از آن لذت ببريد";
        let (bytes, _, lost) = WINDOWS_1256.encode(persian);
        assert!(!lost);
        assert_eq!(text(bytes.into_owned()), Ok(persian.to_owned()));
        for (other, words) in [
            (
                encoding_rs::WINDOWS_1251,
                "Съешь же ещё этих мягких французских булок, да выпей чаю",
            ),
            (
                encoding_rs::WINDOWS_1252,
                "Dès Noël où un zéphyr haï me vêt de glaçons würmiens déçus",
            ),
            (
                encoding_rs::WINDOWS_1253,
                "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
            ),
            (
                encoding_rs::SHIFT_JIS,
                "いろはにほへとちりぬるをわかよたれそつねならむ",
            ),
            (encoding_rs::GBK, "天地玄黃宇宙洪荒日月盈昃辰宿列張"),
        ] {
            let (bytes, _, _) = other.encode(words);
            assert_eq!(text(bytes.into_owned()), Err((Some(1), Kind::NotUtf8)));
        }
    }

    #[test]
    fn byte_order_marks() {
        for text in ["\u{feff}سلام a", "سلام a"] {
            assert_eq!(super::text(text.into()).unwrap(), "سلام a");
        }
        let units: Vec<u16> = "\u{feff}سلام 🙂".encode_utf16().collect();
        let little = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(text(little).unwrap(), "سلام 🙂");
        assert_eq!(text(big).unwrap(), "سلام 🙂");
    }

    fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
        let path = Path::new("a");
        // Small pieces: a line goes over the end of one.
        let input = Input::open(path, path, bytes).unwrap();
        let mut stream = BufReader::with_capacity(3, input.stream());
        let (mut line, mut found) = (Vec::new(), Vec::new());
        while let Line::Read = next_line(&mut stream, &mut line).unwrap() {
            found.push(line.clone());
        }
        found
    }

    #[test]
    fn a_line_without_end_is_passed_over() {
        let mut stream = BufReader::new(io::repeat(b'x').take(PIECE as u64 + 1).chain(&b"\nb"[..]));
        let mut line = Vec::new();
        assert!(matches!(
            next_line(&mut stream, &mut line).unwrap(),
            Line::TooLong
        ));
        assert!(line.len() <= PIECE);
        assert!(matches!(
            next_line(&mut stream, &mut line).unwrap(),
            Line::Read
        ));
        assert_eq!(line, b"b");
        assert!(matches!(
            next_line(&mut stream, &mut line).unwrap(),
            Line::End
        ));
    }

    proptest! {
        #[test]
        fn lines_of_a_stream_are_those_of_the_text(text in "[a\u{633}\n\r]{0,40}") {
            let read: Vec<Vec<u8>> = lines(text.as_bytes());
            let wanted: Vec<&[u8]> = text.split_terminator('\n').map(str::as_bytes).collect();
            prop_assert_eq!(read, wanted);
        }

        #[test]
        fn any_bytes_are_text_or_a_fault(bytes: Vec<u8>) {
            let _ = lines(&bytes);
            let _ = text(bytes);
        }
    }
}
