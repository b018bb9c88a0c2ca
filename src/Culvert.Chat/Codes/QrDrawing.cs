using System.Text;

namespace Culvert.Chat.Codes;

/// <summary>Draws QR codes as the outline of an SVG.</summary>
internal static class QrDrawing
{
    /// <summary>The quiet zone that readers need, in modules.</summary>
    private const int Margin = 4;

    /// <summary>The side with the margin, and the attribute <c>d</c>; null when the text is too long.</summary>
    public static (int Width, string Path)? Of(string text)
    {
        if (QrCode.Of(Encoding.UTF8.GetBytes(text)) is not { } code)
        {
            return null;
        }

        var path = new StringBuilder();
        for (var row = 0; row < code.Width; row++)
        {
            for (var column = 0; column < code.Width; column++)
            {
                if (code[column, row])
                {
                    path.Append('M').Append(column + Margin).Append(' ').Append(row + Margin).Append("h1v1h-1z");
                }
            }
        }

        return (code.Width + (2 * Margin), path.ToString());
    }
}
