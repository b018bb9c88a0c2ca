namespace Culvert.Protocol.Http;

/// <summary>
/// The head of one request (RFC 9112 §2 to §6), as <see cref="RequestHeadReader"/> filled it: positions in the buffer
/// that was read, and the answers to what every server asks. It owns no memory. Reusable: a read that follows anything
/// but <see cref="RequestHeadStatus.Incomplete"/> begins with an empty head. For one caller at a time.
/// </summary>
/// <remarks>
/// After a refusal it holds what was read so far. <see cref="Target"/> is then set as soon as the request line had
/// three parts, so that the caller can compare how the path begins, even if the target itself was refused: compare it,
/// never reflect or decode it.
/// </remarks>
public struct RequestHead
{
    private const uint Selection =
        1u << (int)RequestField.IfMatch | 1u << (int)RequestField.IfNoneMatch | 1u << (int)RequestField.IfModifiedSince
        | 1u << (int)RequestField.IfUnmodifiedSince | 1u << (int)RequestField.IfRange | 1u << (int)RequestField.Range
        | 1u << (int)RequestField.Accept | 1u << (int)RequestField.AcceptEncoding;

    private RequestFieldValues _values;
    private uint _repeated;

    /// <summary>
    /// Bytes of the head, with the blank line and any accepted CRLF in front of it; 0 unless it is complete. The body
    /// begins there.
    /// </summary>
    public int Length { get; internal set; }

    /// <summary>The method; <see cref="RequestMethod.Unknown"/> until the request line was read.</summary>
    public RequestMethod Method { get; internal set; }

    /// <summary>The method as received.</summary>
    public HttpSlice MethodText { get; internal set; }

    /// <summary>The form that the target came in.</summary>
    public TargetForm TargetForm { get; internal set; }

    /// <summary>
    /// The target's bytes as received, not decoded: printable ASCII without '#', and each '%' begins a whole escape.
    /// Of an absolute form only what follows the authority, so it may be empty or begin with '?'; the path is then
    /// "/" (RFC 9112 §3.2.1), and that of OPTIONS without a query the server as a whole (§3.2.4).
    /// </summary>
    public HttpSlice Target { get; internal set; }

    /// <summary>
    /// Host and port of an absolute target; absent otherwise. It equals <see cref="Host"/> but for the case of letters,
    /// or there is no Host, in HTTP/1.0.
    /// </summary>
    public HttpSlice TargetAuthority { get; internal set; }

    /// <summary>The minor version of HTTP/1: 0 or 1.</summary>
    public int MinorVersion { get; internal set; }

    /// <summary>
    /// Whether the client allows another request on this connection (RFC 9112 §9.3): in HTTP/1.1 unless it says close,
    /// in HTTP/1.0 only if it says keep-alive and not close.
    /// </summary>
    public bool KeepAlive { get; internal set; }

    /// <summary>How the end of the body is found.</summary>
    public BodyKind Body { get; internal set; }

    /// <summary>
    /// Length of the body in bytes, 0 to 2^63 − 1: the peer's claim. 0 unless <see cref="Body"/> is
    /// <see cref="BodyKind.Length"/>; a named length of 0 is <see cref="BodyKind.None"/>.
    /// </summary>
    public long ContentLength { get; internal set; }

    /// <summary>
    /// Whether the client waits for 100 (Continue) before it sends its body (RFC 9110 §10.1.1). Never in HTTP/1.0.
    /// </summary>
    public bool Expects100 { get; internal set; }

    /// <summary>
    /// Whether the client offers to change the protocol: an Upgrade header that Connection names (RFC 9110 §7.8). Never
    /// in HTTP/1.0.
    /// </summary>
    public bool HasUpgrade { get; internal set; }

    /// <summary>How many header lines there are.</summary>
    public int HeaderCount { get; internal set; }

    /// <summary>
    /// The value of Host, host and port checked against RFC 3986 §3.2; absent only in HTTP/1.0.
    /// </summary>
    public readonly HttpSlice Host => this[RequestField.Host];

    /// <summary>The value of If-Match.</summary>
    public readonly HttpSlice IfMatch => this[RequestField.IfMatch];

    /// <summary>The value of If-None-Match.</summary>
    public readonly HttpSlice IfNoneMatch => this[RequestField.IfNoneMatch];

    /// <summary>The value of If-Modified-Since.</summary>
    public readonly HttpSlice IfModifiedSince => this[RequestField.IfModifiedSince];

    /// <summary>The value of If-Unmodified-Since.</summary>
    public readonly HttpSlice IfUnmodifiedSince => this[RequestField.IfUnmodifiedSince];

    /// <summary>The value of If-Range.</summary>
    public readonly HttpSlice IfRange => this[RequestField.IfRange];

    /// <summary>The value of Range.</summary>
    public readonly HttpSlice Range => this[RequestField.Range];

    /// <summary>The value of Accept.</summary>
    public readonly HttpSlice Accept => this[RequestField.Accept];

    /// <summary>The value of Accept-Encoding.</summary>
    public readonly HttpSlice AcceptEncoding => this[RequestField.AcceptEncoding];

    /// <summary>The value of Authorization; never repeated.</summary>
    public readonly HttpSlice Authorization => this[RequestField.Authorization];

    /// <summary>The value of Cookie.</summary>
    public readonly HttpSlice Cookie => this[RequestField.Cookie];

    /// <summary>The value of Referer.</summary>
    public readonly HttpSlice Referer => this[RequestField.Referer];

    /// <summary>The value of User-Agent.</summary>
    public readonly HttpSlice UserAgent => this[RequestField.UserAgent];

    /// <summary>The value of X-Forwarded-For; anybody can write one.</summary>
    public readonly HttpSlice XForwardedFor => this[RequestField.XForwardedFor];

    /// <summary>The value of Upgrade; see <see cref="HasUpgrade"/> for whether it counts.</summary>
    public readonly HttpSlice Upgrade => this[RequestField.Upgrade];

    /// <summary>
    /// The value of a field without the white space around it, not decoded: any bytes but control characters other than
    /// tab. Of a field that came several times the first value; see <see cref="IsRepeated"/>.
    /// </summary>
    /// <param name="field">Which; for <see cref="RequestField.Unknown"/> the result is absent.</param>
    public readonly HttpSlice this[RequestField field] => _values[(int)field];

    /// <summary>
    /// Whether a field came more than once. Host, Content-Length, Transfer-Encoding and Authorization never are,
    /// because a head that repeats them is refused; Connection and Expect are read in all their lines. Of any other the
    /// reader shows the first line only: whoever uses one that is repeated must treat it as not understood.
    /// </summary>
    public readonly bool IsRepeated(RequestField field) => (_repeated & (1u << (int)field)) != 0;

    /// <summary>
    /// Whether one of the fields was repeated that select the answer to a GET: conditions, ranges, Accept and
    /// Accept-Encoding. One test for a fast path that then steps aside.
    /// </summary>
    public readonly bool HasRepeatedSelection => (_repeated & Selection) != 0;

    /// <summary>Whether a read has begun this head and needs more bytes to go on.</summary>
    internal bool IsUnderWay { get; set; }

    /// <summary>Where the line begins that is read next, behind all that is done.</summary>
    internal int Next { get; set; }

    /// <summary>How far that line is known to hold no control character; at least <see cref="Next"/>.</summary>
    internal int Scanned { get; set; }

    /// <summary>Where the header lines begin; 0 until the request line was read.</summary>
    internal int HeadersStart { get; set; }

    /// <summary>What all Connection lines say.</summary>
    internal ConnectionOptions Options { get; set; }

    /// <summary>
    /// Forgets everything, for a connection whose head stays unfinished: the next read begins a new head.
    /// </summary>
    public void Reset() => this = default;

    /// <summary>Keeps the first value of a field, and that there were more.</summary>
    internal void Keep(RequestField field, HttpSlice value)
    {
        ref var kept = ref _values[(int)field];
        if (kept.IsPresent)
        {
            _repeated |= 1u << (int)field;
        }
        else
        {
            kept = value;
        }
    }
}
