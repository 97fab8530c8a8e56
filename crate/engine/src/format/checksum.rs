//! CRC-32 (IEEE 802.3, reflected polynomial 0xEDB88320): finds every single damaged byte.
//! Half a byte at a time: its table of 64 bytes costs a reader on a phone nothing to fetch.

const TABLE: [u32; 16] = {
    let mut table = [0; 16];
    let mut i = 0;
    while i < 16 {
        let mut value = i as u32;
        let mut bit = 0;
        while bit < 4 {
            value = value >> 1 ^ if value & 1 == 1 { 0xEDB8_8320 } else { 0 };
            bit += 1;
        }
        table[i] = value;
        i += 1;
    }
    table
};

pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        let crc = crc ^ u32::from(byte);
        let crc = crc >> 4 ^ TABLE[(crc & 15) as usize];
        crc >> 4 ^ TABLE[(crc & 15) as usize]
    })
}

#[test]
fn agrees_with_the_published_check_value() {
    assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
}
