using System.Text;
using Culvert.Server.Fanout.Redis;

namespace Culvert.Tests.Fanout;

public sealed class RespParserTests
{
    [Theory]
    [InlineData("+OK\r\n", "Simple(OK)")]
    [InlineData("+\r\n", "Simple()")]
    [InlineData("-ERR no\r\n", "Error(ERR no)")]
    [InlineData(":42\r\n", "Integer(42)")]
    [InlineData("$5\r\na\r\nbc\r\n", "Bulk(a\r\nbc)")]
    [InlineData("$0\r\n\r\n", "Bulk()")]
    [InlineData("$-1\r\n", "Bulk()")]
    [InlineData("*-1\r\n", "[]")]
    [InlineData("*0\r\n", "[]")]
    [InlineData("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n", "[Bulk(message) Bulk(c) Bulk(hi)]")]
    [InlineData("*2\r\n*1\r\n:1\r\n+x\r\n", "[[Integer(1)] Simple(x)]")]
    public void A_reply_is_read_once_all_of_it_is_there(string text, string expected)
    {
        var bytes = Encoding.ASCII.GetBytes(text + "+next\r\n");
        var whole = text.Length;

        for (var length = 0; length < whole; length++)
        {
            Assert.False(RespParser.TryRead(bytes.AsSpan(0, length), out _, out _));
        }

        Assert.True(RespParser.TryRead(bytes, out var value, out var taken));
        Assert.Equal((expected, whole), (Show(value!), taken)); // Read.
    }

    [Theory]
    [InlineData("?\r\n")]
    [InlineData("\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$x\r\n")]
    [InlineData("$\r\n")]
    [InlineData("$99999999\r\n")]
    [InlineData("$1\r\nabc\r\n")]
    [InlineData("*65\r\n")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    public void What_is_no_reply_is_refused(string text)
    {
        Assert.Throws<InvalidDataException>(() => RespParser.TryRead(Encoding.ASCII.GetBytes(text), out _, out _));
    }

    [Fact]
    public void A_line_without_an_end_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => RespParser.TryRead(new byte[5_000], out _, out _));
    }

    [Theory]
    [InlineData("127.0.0.1:6379", "127.0.0.1:6379 - - 0 False")]
    [InlineData("redis.example", "redis.example:6379 - - 0 False")]
    [InlineData("[::1]:7000", "[::1]:7000 - - 0 False")]
    [InlineData("redis://:p%40ss@h:1/2", "h:1 - p@ss 2 False")]
    [InlineData("redis://user:pass@h", "h:6379 user pass 0 False")]
    [InlineData("rediss://h/", "h:6379 - - 0 True")]
    public void An_address_is_read(string text, string expected)
    {
        Assert.True(RedisAddress.TryParse(text, out var address));
        Assert.NotNull(address);
        Assert.Equal(
            expected,
            $"{address} {address.User ?? "-"} {address.Password ?? "-"} {address.Database} {address.IsSecure}");
    }

    [Theory]
    [InlineData("http://h:1")]
    [InlineData("h:port")]
    [InlineData("h:1/x")]
    [InlineData("redis://h?x=1")]
    [InlineData("a b")]
    [InlineData(":1")]
    public void What_is_no_address_is_refused(string text)
    {
        Assert.False(RedisAddress.TryParse(text, out _));
    }

    private static string Show(RespValue value) => value.Kind == RespKind.Array
        ? $"[{string.Join(' ', value.Items.Select(Show))}]"
        : $"{value.Kind}({value.Text})";
}
