namespace Culvert.Protocol.Http;

/// <summary>
/// How much of a request head is read before it is refused. The defaults are those of Kestrel, or a little less, so
/// that a head accepted here is accepted behind it. Immutable; one instance serves any number of connections.
/// </summary>
public sealed record HttpLimits
{
    /// <summary>The limits with their defaults.</summary>
    public static HttpLimits Default { get; } = new();

    /// <summary>
    /// The longest request line, in bytes with its CRLF, 64 to 1 048 576; a longer one is refused with 414. Default:
    /// 8 192; RFC 9112 §3 asks for 8 000 at least.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the range.</exception>
    public int MaxLineBytes
    {
        get;
        init => field = Checked(value, 64, 1 << 20);
    } = 8 * 1024;

    /// <summary>
    /// The most bytes of all header lines together, with their CRLFs and the blank line, 64 to 16 777 216; more are
    /// refused with 431. It bounds the trailers of a body too. Default: 32 768.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the range.</exception>
    public int MaxHeaderBytes
    {
        get;
        init => field = Checked(value, 64, 1 << 24);
    } = 32 * 1024;

    /// <summary>
    /// The most header lines, 1 to 10 000; more are refused with 431. It bounds the trailers of a body too.
    /// Default: 100.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the range.</exception>
    public int MaxHeaders
    {
        get;
        init => field = Checked(value, 1, 10_000);
    } = 100;

    private static int Checked(int value, int least, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most);
        return value;
    }
}
