namespace Culvert.Server.Pipes.Relaying;

/// <summary>
/// How a message stands in a line where it does not stand there as it is. Takes both in pieces; one a direction, for
/// one caller at a time.
/// </summary>
internal abstract class LineForm
{
    /// <summary>Most of a message that is put into a line at a time, bytes.</summary>
    public const int PieceBytes = 8 * 1024;

    /// <summary>Most that a piece becomes: each byte an escape of six, and the marks around.</summary>
    public const int MostEncoded = (6 * PieceBytes) + 8;

    /// <summary>The form of a framing; null where messages stand in lines as they are, or not in lines.</summary>
    public static LineForm? For(Framing framing) => framing switch
    {
        Framing.JsonLine => new JsonLineForm(),
        Framing.Base64Line => new Base64LineForm(),
        _ => null,
    };

    /// <summary>Writes the next piece of a message, at the end with the line feed.</summary>
    /// <param name="piece">At most <see cref="PieceBytes"/>; may be empty.</param>
    /// <param name="isEnd">True for the last of the message.</param>
    /// <param name="line">At least <see cref="MostEncoded"/>.</param>
    /// <returns>How much was written.</returns>
    public abstract int Encode(ReadOnlySpan<byte> piece, bool isEnd, Span<byte> line);

    /// <summary>Reads the next piece of a line.</summary>
    /// <param name="line">From where the last piece was consumed to, without the line feed.</param>
    /// <param name="isEnd">True when the line ends there; otherwise there are 1,024 bytes or more.</param>
    /// <param name="message">As long as the line.</param>
    /// <param name="consumed">How much was read: something, and all at the end.</param>
    /// <param name="written">How much of the message that is.</param>
    /// <returns>False when it is not of this form.</returns>
    public abstract bool TryDecode(
        ReadOnlySpan<byte> line, bool isEnd, Span<byte> message, out int consumed, out int written);

    /// <summary>Lines of other systems end with a carriage return too.</summary>
    protected static ReadOnlySpan<byte> WithoutReturn(ReadOnlySpan<byte> line) =>
        line is [.. var rest, (byte)'\r'] ? rest : line;
}
