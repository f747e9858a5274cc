//! Parameters in the path.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use model::code::Code;
use model::id::{
    FileId, InvitationId, JobId, MessageId, RoomId, SessionId, TokenId, UploadId, UserId,
};

use crate::problem::Problem;

/// The parameters of the path, in order: one, or a pair. One that isn't what it should be is 404.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

/// What a segment of a path can be read as.
pub trait FromSegment: Sized {
    /// Reads the segment, which is decoded already.
    fn from_segment(segment: &str) -> Option<Self>;
}

macro_rules! segments {
    ($($id:ty),*) => {$(
        impl FromSegment for $id {
            fn from_segment(segment: &str) -> Option<Self> {
                segment.parse().ok()
            }
        }
    )*};
}

segments!(
    UserId,
    RoomId,
    MessageId,
    SessionId,
    InvitationId,
    TokenId,
    FileId,
    UploadId,
    JobId
);

/// As many parameters as a path has.
trait FromSegments: Sized {
    fn from_segments<'a>(segments: impl Iterator<Item = &'a str>) -> Option<Self>;
}

impl<T: FromSegment> FromSegments for T {
    fn from_segments<'a>(mut segments: impl Iterator<Item = &'a str>) -> Option<Self> {
        T::from_segment(segments.next()?)
    }
}

impl<A: FromSegment, B: FromSegment> FromSegments for (A, B) {
    fn from_segments<'a>(mut segments: impl Iterator<Item = &'a str>) -> Option<Self> {
        Some((
            A::from_segment(segments.next()?)?,
            B::from_segment(segments.next()?)?,
        ))
    }
}

#[allow(
    private_bounds,
    reason = "which shapes there are is nobody's business outside"
)]
impl<S: Send + Sync, T: FromSegments> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::new(Code::NotFound))?;
        T::from_segments(params.iter().map(|(_, value)| value))
            .map(Self)
            .ok_or(Problem::new(Code::NotFound))
    }
}
