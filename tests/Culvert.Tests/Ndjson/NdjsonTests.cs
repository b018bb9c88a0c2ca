using System.Buffers;
using System.Text;
using Culvert.Protocol.Ndjson;

namespace Culvert.Tests.Ndjson;

public sealed class NdjsonTests
{
    [Theory]
    [InlineData("{}\n[1]\n", "{}|[1]|")]
    [InlineData("{}\r\n[1]\r\n", "{}|[1]|")]
    [InlineData("\n\r\n\n{}\n\n\r\n", "{}|")]
    [InlineData("a\rb\n", "a\rb|")]
    [InlineData("{}\n{\"cut", "{}|!")]
    [InlineData("12345678\n123456789\n12\n", "12345678|long|12|")]
    [InlineData("12345678\r\n1234567890123456789012345\nab\n", "12345678|long|ab|")]
    [InlineData("123456789\r\nx\n", "long|x|")]
    [InlineData("1234567890", "long|!")]
    [InlineData("żż\n😀\n", "żż|😀|")]
    [InlineData("", "")]
    public void Every_cut_of_the_input_gives_the_same_lines(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);

        Assert.Equal(expected, Read([bytes]));
        Assert.Equal(expected, Read(bytes.Select(value => new[] { value })));
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
            {
                Assert.Equal(expected, Read([bytes[..first], bytes[first..second], bytes[second..]]));
            }
        }
    }

    [Fact]
    public void The_default_bound_is_a_mebibyte()
    {
        var line = Encoding.ASCII.GetBytes(new string('x', 1024 * 1024) + "\n");
        var reader = new NdjsonLineReader();

        ReadOnlySpan<byte> rest = line;
        Assert.Equal(NdjsonLine.Line, reader.Read(ref rest, out var read));
        Assert.Equal(1024 * 1024, read.Length);
        rest = Encoding.ASCII.GetBytes(new string('x', (1024 * 1024) + 1) + "\n");
        Assert.Equal(NdjsonLine.TooLong, reader.Read(ref rest, out _));
    }

    [Fact]
    public void A_line_is_written_with_its_break_and_may_not_bring_its_own()
    {
        var output = new ArrayBufferWriter<byte>();

        NdjsonWriter.WriteLine(output, "{\"a\":1}"u8);

        Assert.Equal("{\"a\":1}\n", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Throws<ArgumentException>(() => NdjsonWriter.WriteLine(output, "{\n}"u8));
    }

    private static string Read(IEnumerable<byte[]> pieces)
    {
        var reader = new NdjsonLineReader(8);
        var found = new StringBuilder();
        foreach (var piece in pieces)
        {
            ReadOnlySpan<byte> rest = piece;
            while (true)
            {
                var kind = reader.Read(ref rest, out var line);
                if (kind == NdjsonLine.None)
                {
                    break;
                }

                found.Append(kind == NdjsonLine.TooLong ? "long" : Encoding.UTF8.GetString(line)).Append('|');
            }
        }

        return found.Append(reader.IsIncomplete ? "!" : "").ToString();
    }
}
