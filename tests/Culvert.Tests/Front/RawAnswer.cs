using System.Globalization;
using System.Text;

namespace Culvert.Tests.Front;

/// <summary>One answer as it came.</summary>
internal sealed record RawAnswer(string Head, byte[] Body)
{
    public int Status => int.Parse(Head.AsSpan(9, 3), CultureInfo.InvariantCulture);

    public string Text => Encoding.Latin1.GetString(Body);

    public bool Closes => Head.Contains("\r\nConnection: close\r\n", StringComparison.Ordinal);

    public bool KeepsAlive => Head.Contains("\r\nConnection: keep-alive\r\n", StringComparison.Ordinal);
}
