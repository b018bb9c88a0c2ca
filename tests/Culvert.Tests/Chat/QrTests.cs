using System.Text;
using Culvert.Chat.Accounts;

namespace Culvert.Tests.Chat;

public sealed class QrTests
{
    [Theory]
    [InlineData(0, 21)]
    [InlineData(14, 21)]
    [InlineData(15, 25)]
    [InlineData(26, 25)]
    [InlineData(27, 29)]
    [InlineData(42, 29)]
    [InlineData(62, 33)]
    [InlineData(84, 37)]
    [InlineData(106, 41)]
    [InlineData(122, 45)]
    [InlineData(152, 49)]
    [InlineData(180, 53)]
    [InlineData(181, 57)]
    [InlineData(213, 57)]
    public void T1_17_A_code_is_as_small_as_its_text_allows_and_reads_back(int length, int size)
    {
        var random = new Random(length);
        var text = new byte[length];
        random.NextBytes(text);

        var matrix = QrMatrix.Of(text);

        Assert.NotNull(matrix);
        Assert.Equal(size, matrix.Size);
        Assert.Equal(text, QrReader.Read(matrix));
    }

    [Fact]
    public void T1_17_Every_length_reads_back()
    {
        for (var length = 0; length <= 213; length++)
        {
            var text = Encoding.ASCII.GetBytes(new string('x', length));
            Assert.Equal(text, QrReader.Read(QrMatrix.Of(text)!));
        }
    }

    [Fact]
    public void T1_17_A_text_that_is_too_long_has_no_code()
    {
        Assert.Null(QrMatrix.Of(new byte[214]));
        Assert.Null(QrSvg.Draw(new string('x', 214)));
    }

    [Fact]
    public void T1_17_The_drawing_has_no_script_and_no_style_and_a_quiet_zone()
    {
        const string Link = "https://chat.example.org/join/AAAAAAAAAAAAAAAAAAAAAA";
        var matrix = QrMatrix.Of(Encoding.UTF8.GetBytes(Link))!;

        var svg = QrSvg.Draw(Link)!;

        Assert.Contains($"viewBox=\"0 0 {matrix.Size + 8} {matrix.Size + 8}\"", svg, StringComparison.Ordinal);
        Assert.Contains("d=\"M4 4h7v1h-7z", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("style", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("script", svg, StringComparison.Ordinal);
        Assert.DoesNotContain(Link, svg, StringComparison.Ordinal);
        Assert.NotNull(System.Xml.Linq.XDocument.Parse(svg).Root);
    }
}
