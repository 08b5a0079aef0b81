//! Time stamps (RFC 3161): the query that an authority answers, and the check of its answer.
//!
//! An answer is a CMS structure (RFC 5652) whose signer is an X.509 certificate for nothing but time
//! stamps. The answer is checked at the time that it tells. Whether a certificate was revoked is not
//! asked, because nothing here reaches a network.

use std::time::Duration;

use cms::cert::CertificateChoices;
use cms::cert::x509::der::asn1::{Any, AnyRef, ObjectIdentifier, OctetStringRef};
use cms::cert::x509::der::{self, Decode as _, Encode as _, Reader, SliceReader, Tag, Tagged as _};
use cms::cert::x509::spki::AlgorithmIdentifierRef;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage};

/// The query over the manifest, ready to be carried to an authority.
pub const QUERY: &str = "MANIFEST.tsq";
/// The authority's answer, where somebody put it beside the manifest.
pub const ANSWER: &str = "MANIFEST.tsr";

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const TIME_STAMP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
/// 1.3.6.1.5.5.7.3.8, for time stamps, as it stands in a certificate.
const FOR_TIME_STAMPS: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];

/// Why an answer does not count.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StampError {
    /// It is not an answer.
    #[error("it is no answer of a time stamp authority: {0}")]
    Malformed(String),
    /// The authority declined.
    #[error("the authority declined (status {0}); ask it again")]
    Declined(u8),
    /// It is for something else.
    #[error("it is a time stamp of something else")]
    Other,
    /// What it says of itself does not fit.
    #[error("{0}")]
    Wrong(&'static str),
    /// The certificate is not one that counts.
    #[error(
        "the authority's certificate does not lead to the one that was given, or was not valid for \
         time stamps at {time}: {why}"
    )]
    Certificate {
        /// The time of the stamp.
        time: Timestamp,
        /// What is wrong.
        why: String,
    },
    /// The file of authorities holds no certificate.
    #[error("it holds no certificate in PEM (-----BEGIN CERTIFICATE-----)")]
    Authorities,
}

impl From<der::Error> for StampError {
    fn from(error: der::Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

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

/// The certificates of authorities that somebody trusts.
#[derive(Debug)]
pub struct Authorities(Vec<CertificateDer<'static>>);

impl Authorities {
    /// Reads certificates in PEM.
    pub fn from_pem(text: &[u8]) -> Result<Self, StampError> {
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
        match found {
            Ok(found) if !found.is_empty() => Ok(Self(found)),
            _ => Err(StampError::Authorities),
        }
    }

    fn anchors(&self) -> Result<Vec<TrustAnchor<'_>>, StampError> {
        self.0
            .iter()
            .map(|certificate| {
                webpki::anchor_from_trusted_cert(certificate).map_err(|_| StampError::Authorities)
            })
            .collect()
    }
}

/// The time at which an authority saw a manifest, if its answer is sound.
pub fn check(
    answer: &[u8],
    manifest: &[u8],
    authorities: &Authorities,
) -> Result<Timestamp, StampError> {
    let token = signed_data(answer)?;
    let content = token
        .encap_content_info
        .econtent
        .as_ref()
        .filter(|_| token.encap_content_info.econtent_type == TIME_STAMP)
        .filter(|content| content.tag() == Tag::OctetString)
        .ok_or(StampError::Wrong("what is signed is not a time stamp"))?;
    let stamp = Stamp::read(content.value())?;
    if stamp.algorithm != SHA_256 || stamp.digest != Sha256::digest(manifest).as_slice() {
        return Err(StampError::Other);
    }
    let [signer] = token.signer_infos.0.as_slice() else {
        return Err(StampError::Wrong("it does not have one signer"));
    };
    let certificates = certificates(&token)?;
    let certificate = own(signer, &certificates)?;
    signature(signer, content, certificate)?;
    chain(certificate, &certificates, authorities, stamp.time)?;
    Ok(stamp.time)
}

/// The signed part of an answer that was granted.
fn signed_data(answer: &[u8]) -> Result<SignedData, StampError> {
    let mut reader = SliceReader::new(answer)?;
    let (status, token) = reader.sequence(|reader| {
        let status = reader.sequence(|reader| {
            let status = u8::decode(reader)?;
            rest(reader)?;
            Ok(status)
        })?;
        let token = if reader.is_finished() {
            None
        } else {
            Some(ContentInfo::decode(reader)?)
        };
        Ok((status, token))
    })?;
    reader.finish(())?;
    match token {
        // Granted, or granted with changes, which show in what was granted.
        Some(token) if status <= 1 && token.content_type == SIGNED_DATA => {
            Ok(token.content.decode_as()?)
        }
        _ if status > 1 => Err(StampError::Declined(status)),
        _ => Err(StampError::Wrong("it holds no signed time stamp")),
    }
}

/// Reads over what nobody here asks for.
fn rest<'r>(reader: &mut impl Reader<'r>) -> der::Result<()> {
    while !reader.is_finished() {
        AnyRef::decode(reader)?;
    }
    Ok(())
}

/// What an authority signs.
struct Stamp {
    algorithm: ObjectIdentifier,
    digest: Vec<u8>,
    time: Timestamp,
}

impl Stamp {
    fn read(bytes: &[u8]) -> Result<Self, StampError> {
        let mut reader = SliceReader::new(bytes)?;
        let (version, algorithm, digest, time) = reader.sequence(|reader| {
            let version = u8::decode(reader)?;
            ObjectIdentifier::decode(reader)?;
            let (algorithm, digest) = reader.sequence(|reader| {
                let algorithm = AlgorithmIdentifierRef::decode(reader)?.oid;
                Ok((algorithm, OctetStringRef::decode(reader)?.as_bytes()))
            })?;
            // The serial number.
            AnyRef::decode(reader)?;
            let time = AnyRef::decode(reader)?;
            time.tag().assert_eq(Tag::GeneralizedTime)?;
            rest(reader)?;
            Ok((version, algorithm, digest, time.value()))
        })?;
        reader.finish(())?;
        if version != 1 {
            return Err(StampError::Wrong("it is of another version than 1"));
        }
        Ok(Self {
            algorithm,
            digest: digest.to_vec(),
            time: moment(time).ok_or(StampError::Wrong("its time is not one in UTC"))?,
        })
    }
}

/// `20261122123000Z`, or with a fraction of a second, which is cut off.
fn moment(bytes: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (seconds, rest) = text.split_at_checked(14)?;
    let fraction = rest.strip_suffix('Z')?;
    let sound = match fraction.strip_prefix('.') {
        Some(digits) => !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()),
        None => fraction.is_empty(),
    };
    let digits = seconds.bytes().all(|byte| byte.is_ascii_digit());
    let time = DateTime::strptime("%Y%m%d%H%M%S", seconds).ok()?;
    let time = time.to_zoned(TimeZone::UTC).ok()?.timestamp();
    (sound && digits).then_some(time)
}

/// A certificate as it came, and as it reads.
struct Certificate {
    der: CertificateDer<'static>,
    parsed: cms::cert::x509::Certificate,
}

fn certificates(signed: &SignedData) -> Result<Vec<Certificate>, StampError> {
    signed
        .certificates
        .iter()
        .flat_map(|set| set.0.iter())
        .filter_map(|choice| match choice {
            CertificateChoices::Certificate(certificate) => Some(certificate),
            CertificateChoices::Other(_) => None,
        })
        .map(|certificate| {
            Ok(Certificate {
                der: certificate.to_der()?.into(),
                parsed: certificate.clone(),
            })
        })
        .collect()
}

/// The signer's certificate: the one that the signer names, and whose digest is signed as well.
fn own<'a>(
    signer: &SignerInfo,
    certificates: &'a [Certificate],
) -> Result<&'a Certificate, StampError> {
    let named = |certificate: &&Certificate| match &signer.sid {
        SignerIdentifier::IssuerAndSerialNumber(id) => {
            let own = &certificate.parsed.tbs_certificate;
            own.issuer == id.issuer && own.serial_number == id.serial_number
        }
        // The digest decides alone.
        SignerIdentifier::SubjectKeyIdentifier(_) => true,
    };
    for certificate in certificates.iter().filter(named) {
        if bound(signer, certificate)? {
            return Ok(certificate);
        }
    }
    Err(StampError::Wrong(
        "the certificate that it was signed with is not in it; ask the authority for an answer \
         with its certificate",
    ))
}

/// Whether the digest of a certificate is among what is signed.
fn bound(signer: &SignerInfo, certificate: &Certificate) -> Result<bool, StampError> {
    if let Some(value) = attribute(signer, SIGNING_CERTIFICATE_2)? {
        let value = value.to_der()?;
        let (algorithm, digest) = first_named(&value)?;
        let own = digested(algorithm.unwrap_or(SHA_256), &certificate.der);
        return Ok(own.is_some_and(|own| own == digest));
    }
    let Some(value) = attribute(signer, SIGNING_CERTIFICATE)? else {
        return Ok(false);
    };
    let value = value.to_der()?;
    // The older attribute knows no algorithm but SHA-1.
    let (algorithm, digest) = first_named(&value)?;
    Ok(algorithm.is_none() && Sha1::digest(&certificate.der).as_slice() == digest)
}

/// Of the first certificate that an attribute names, which is the signer's: the algorithm of its
/// digest, if one is named, and the digest.
fn first_named(value: &[u8]) -> der::Result<(Option<ObjectIdentifier>, &[u8])> {
    SliceReader::new(value)?.sequence(|reader| {
        let first = reader.sequence(|reader| {
            let first = reader.sequence(|reader| {
                let algorithm = match reader.peek_tag()? {
                    Tag::Sequence => Some(AlgorithmIdentifierRef::decode(reader)?.oid),
                    _ => None,
                };
                let digest = OctetStringRef::decode(reader)?.as_bytes();
                rest(reader)?;
                Ok((algorithm, digest))
            })?;
            rest(reader)?;
            Ok(first)
        })?;
        rest(reader)?;
        Ok(first)
    })
}

fn digested(algorithm: ObjectIdentifier, bytes: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        SHA_256 => Some(Sha256::digest(bytes).to_vec()),
        SHA_384 => Some(Sha384::digest(bytes).to_vec()),
        SHA_512 => Some(Sha512::digest(bytes).to_vec()),
        _ => None,
    }
}

/// The only value of a signed attribute; none if it is not there.
fn attribute(signer: &SignerInfo, name: ObjectIdentifier) -> Result<Option<&Any>, StampError> {
    let mut found = signer
        .signed_attrs
        .iter()
        .flat_map(|attributes| attributes.iter())
        .filter(|attribute| attribute.oid == name);
    match (found.next(), found.next()) {
        (None, _) => Ok(None),
        (Some(attribute), None) => match attribute.values.as_slice() {
            [value] => Ok(Some(value)),
            _ => Err(StampError::Wrong("a signed attribute has several values")),
        },
        _ => Err(StampError::Wrong("a signed attribute is there twice")),
    }
}

/// The signature is one of the attributes, and the attributes are those of the content.
fn signature(
    signer: &SignerInfo,
    content: &Any,
    certificate: &Certificate,
) -> Result<(), StampError> {
    let digest = digested(signer.digest_alg.oid, content.value()).ok_or(StampError::Wrong(
        "it was made with a digest other than SHA-256, SHA-384 and SHA-512",
    ))?;
    let kind = attribute(signer, CONTENT_TYPE)?
        .map(Any::decode_as::<ObjectIdentifier>)
        .transpose()?;
    let message = attribute(signer, MESSAGE_DIGEST)?
        .map(Any::decode_as::<OctetStringRef<'_>>)
        .transpose()?;
    if kind != Some(TIME_STAMP) || message.map(|it| it.as_bytes()) != Some(digest.as_slice()) {
        return Err(StampError::Wrong("its content is not the signed one"));
    }
    let attributes = signer
        .signed_attrs
        .as_ref()
        .ok_or(StampError::Wrong("nothing in it is signed"))?
        .to_der()?;
    let key = EndEntityCert::try_from(&certificate.der)
        .map_err(|error| StampError::Malformed(error.to_string()))?;
    // A key verifies with the algorithms of its own kind only.
    let good = ALL_VERIFICATION_ALGS.iter().any(|algorithm| {
        key.verify_signature(*algorithm, &attributes, signer.signature.as_bytes())
            .is_ok()
    });
    good.then_some(()).ok_or(StampError::Wrong(
        "its signature is not one of the authority's key, or of a kind other than RSA from 2048 \
         bits, ECDSA on P-256 and P-384, and Ed25519",
    ))
}

/// The certificate leads to a trusted one and is for time stamps, at the time of the stamp.
fn chain(
    certificate: &Certificate,
    certificates: &[Certificate],
    authorities: &Authorities,
    time: Timestamp,
) -> Result<(), StampError> {
    let refused = |why: String| StampError::Certificate { time, why };
    let own = EndEntityCert::try_from(&certificate.der).map_err(|it| refused(it.to_string()))?;
    let between: Vec<CertificateDer<'_>> = certificates
        .iter()
        .map(|certificate| certificate.der.clone())
        .collect();
    let seconds = u64::try_from(time.as_second()).unwrap_or_default();
    own.verify_for_usage(
        ALL_VERIFICATION_ALGS,
        &authorities.anchors()?,
        &between,
        UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
        KeyUsage::required(FOR_TIME_STAMPS),
        None,
        None,
    )
    .map(drop)
    .map_err(|error| refused(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_with_and_without_a_fraction() {
        let expected = "2026-11-22T12:30:00Z".parse().ok();
        assert_eq!(moment(b"20261122123000Z"), expected);
        assert_eq!(moment(b"20261122123000.25Z"), expected);
        for bad in [
            "20261122123000",
            "20261122123000.Z",
            "20261122123000+0100",
            "20261122 2300Z",
            "20261322123000Z",
            "",
        ] {
            assert_eq!(moment(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let pem = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let authorities = Authorities::from_pem(pem).unwrap();
        for bytes in [&b""[..], b"\x30\x00", b"\x30\x80", b"no", &[0x30; 4096]] {
            assert!(matches!(
                check(bytes, b"", &authorities),
                Err(StampError::Malformed(_))
            ));
        }
        let declined = b"\x30\x05\x30\x03\x02\x01\x02";
        assert_eq!(
            check(declined, b"", &authorities),
            Err(StampError::Declined(2))
        );
        assert!(matches!(
            Authorities::from_pem(b"no"),
            Err(StampError::Authorities)
        ));
    }
}
