using System.Globalization;
using System.Text;

namespace Culvert.Chat.Accounts;

/// <summary>Draws a link as a QR code.</summary>
internal static class QrSvg
{
    // Readers need it to find the code.
    private const int QuietZone = 4;

    /// <summary>
    /// An <c>svg</c> element, dark on white in any theme, without scripts, styles or ids; null for a link longer than
    /// 213 bytes.
    /// </summary>
    public static string? Draw(string link)
    {
        if (QrMatrix.Of(Encoding.UTF8.GetBytes(link)) is not { } matrix)
        {
            return null;
        }

        var side = matrix.Size + (2 * QuietZone);
        var svg = new StringBuilder(4096);
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">");
        svg.Append(CultureInfo.InvariantCulture, $"<path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"");
        for (var y = 0; y < matrix.Size; y++)
        {
            for (var x = 0; x < matrix.Size; x++)
            {
                var start = x;
                while (x < matrix.Size && matrix[x, y])
                {
                    x++;
                }

                if (x > start)
                {
                    svg.Append(
                        CultureInfo.InvariantCulture,
                        $"M{start + QuietZone} {y + QuietZone}h{x - start}v1h-{x - start}z");
                }
            }
        }

        return svg.Append("\"/></svg>").ToString();
    }
}
