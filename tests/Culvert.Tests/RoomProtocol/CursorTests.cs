using System.Buffers;
using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Tests.RoomProtocol;

public sealed class CursorTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("a-0", "a", 0)]
    [InlineData("k3x9-1042", "k3x9", 1042)]
    [InlineData("0-9007199254740991", "0", RoomCursor.MaxOffset)]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345-7", "abcdefghijklmnopqrstuvwxyz012345", 7)]
    public void A_cursor_survives_text_and_bytes(string text, string epoch, long offset)
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.True(RoomCursor.TryParse(text, out var fromText));
        Assert.True(RoomCursor.TryParse(Encoding.UTF8.GetBytes(text), out var fromBytes));
        fromText.Write(output);

        Assert.Equal(new RoomCursor(epoch, offset), fromText);
        Assert.Equal(fromText, fromBytes);
        Assert.Equal(text, fromText.ToString());
        Assert.Equal(text, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("a")]
    [InlineData("a-")]
    [InlineData("-1")]
    [InlineData("a--1")]
    [InlineData("a-+1")]
    [InlineData("a-01")]
    [InlineData("a-00")]
    [InlineData("a-1 ")]
    [InlineData(" a-1")]
    [InlineData("A-1")]
    [InlineData("a_b-1")]
    [InlineData("a-1-2")]
    [InlineData("a-9007199254740992")]
    [InlineData("a-99999999999999999999999")]
    [InlineData("a-1e3")]
    [InlineData("ä-1")]
    [InlineData("a-١")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456-7")]
    public void Anything_else_is_no_cursor(string text)
    {
        Assert.False(RoomCursor.TryParse(text, out _));
        Assert.False(RoomCursor.TryParse(Encoding.UTF8.GetBytes(text), out _));
        Assert.False(Since.TryParse(text, out _));
    }

    [Theory]
    [InlineData("now", SinceKind.Now, 0)]
    [InlineData("start", SinceKind.Start, 0)]
    [InlineData("last:1", SinceKind.Last, 1)]
    [InlineData("last:10000", SinceKind.Last, 10_000)]
    [InlineData("e1-7", SinceKind.Cursor, 0)]
    public void Since_has_four_forms(string text, SinceKind kind, int count)
    {
        Assert.True(Since.TryParse(text, out var since));

        Assert.Equal(kind, since.Kind);
        Assert.Equal(count, since.Count);
        Assert.Equal(text, since.ToString());
    }

    [Theory]
    [InlineData("Now")]
    [InlineData("last:")]
    [InlineData("last:0")]
    [InlineData("last:10001")]
    [InlineData("last:-1")]
    [InlineData("last:01")]
    [InlineData("last: 5")]
    [InlineData("start ")]
    public void Since_has_no_other_form(string text) => Assert.False(Since.TryParse(text, out _));

    [Fact]
    public void Damaged_cursors_never_throw_and_what_parses_is_canonical()
    {
        var fuzz = new Fuzz(log);
        byte[][] seeds = ["k3x9-1042"u8.ToArray(), "last:500"u8.ToArray(), "start"u8.ToArray()];
        for (var round = 0; round < 50_000; round++)
        {
            var text = Encoding.UTF8.GetString(fuzz.Damage(seeds[round % seeds.Length]));

            if (Since.TryParse(text, out var since))
            {
                Assert.Equal(text, since.ToString());
            }
        }
    }
}
