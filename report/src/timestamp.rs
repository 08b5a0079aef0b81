//! Time stamps (RFC 3161): the query that an authority answers.

/// The query over the manifest, ready to be carried to an authority.
pub const QUERY: &str = "MANIFEST.tsq";
/// The authority's answer, where somebody put it beside the manifest.
pub const ANSWER: &str = "MANIFEST.tsr";

/// The query for a SHA-256: version 1, the digest, and the wish for the authority's certificate. It
/// has no nonce, so that the same manifest gives the same bytes; what keeps an old answer from being
/// taken for a new one is the digest itself.
#[must_use]
pub fn query(digest: &[u8; 32]) -> Vec<u8> {
    // SEQUENCE { INTEGER 1, SEQUENCE { SEQUENCE { OID sha256, NULL }, OCTET STRING }, TRUE }
    let mut bytes = vec![
        0x30, 0x39, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
        0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
    ];
    bytes.extend(digest);
    bytes.extend([0x01, 0x01, 0xff]);
    bytes
}
