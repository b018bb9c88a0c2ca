using Culvert.Protocol.Rooms;

namespace Culvert.Tests.RoomProtocol;

public sealed class CursorSetTests(ITestOutputHelper log)
{
    private static readonly List<(string Room, RoomCursor Cursor)> Sample =
    [
        ("lobby", new RoomCursor("k3x9", 1042)),
        ("żółw-😀", new RoomCursor("a", 0)),
        ("b", new RoomCursor("abcdefghijklmnopqrstuvwxyz012345", RoomCursor.MaxOffset)),
    ];

    [Fact]
    public void Places_in_several_rooms_survive_one_token()
    {
        var token = CursorSet.Encode(Sample);

        Assert.True(CursorSet.TryDecode(token, out var decoded));
        Assert.Equal(Sample, decoded);
        Assert.Matches("^[A-Za-z0-9_-]+$", token);
    }

    [Fact]
    public void The_largest_set_stays_within_the_bound()
    {
        var largest = Enumerable.Range(0, CursorSet.MaxRooms)
            .Select(index => (new string('室', 64) + index, new RoomCursor(new string('z', 32), RoomCursor.MaxOffset)))
            .ToList();

        var token = CursorSet.Encode(largest);

        Assert.InRange(token.Length, 1, CursorSet.MaxTokenLength);
        Assert.True(CursorSet.TryDecode(token, out var decoded));
        Assert.Equal(largest, decoded);
    }

    [Fact]
    public void Every_cut_token_is_refused()
    {
        var token = CursorSet.Encode(Sample);

        for (var length = 0; length < token.Length; length++)
        {
            Assert.False(CursorSet.TryDecode(token.AsSpan(0, length), out var decoded));
            Assert.Empty(decoded);
        }
    }

    [Fact]
    public void Every_changed_character_is_found()
    {
        var token = CursorSet.Encode(Sample);

        for (var index = 0; index < token.Length; index++)
        {
            foreach (var character in "Aa0_-= +/\n")
            {
                var changed = token.ToCharArray();
                changed[index] = character;
                Assert.Equal(token[index] == character, CursorSet.TryDecode(changed, out _));
            }
        }
    }

    [Fact]
    public void A_token_has_one_spelling()
    {
        var token = CursorSet.Encode(Sample);

        Assert.False(CursorSet.TryDecode(token + "=", out _));
        Assert.False(CursorSet.TryDecode(token + " ", out _));
        Assert.False(CursorSet.TryDecode("\n" + token, out _));
        Assert.False(CursorSet.TryDecode(token + "A", out _));
    }

    [Fact]
    public void What_no_token_can_hold_is_refused_when_it_is_made()
    {
        Assert.Throws<ArgumentException>(() => CursorSet.Encode([]));
        Assert.Throws<ArgumentException>(
            () => CursorSet.Encode([.. Enumerable.Repeat(("a", new RoomCursor("e", 0)), 65)]));
        Assert.Throws<ArgumentException>(() => CursorSet.Encode([("a", new RoomCursor("e", -1))]));
        Assert.Throws<ArgumentException>(() => CursorSet.Encode([("", new RoomCursor("e", 1))]));
        Assert.Throws<ArgumentException>(() => CursorSet.Encode([("a", new RoomCursor("E", 1))]));
        Assert.Throws<ArgumentException>(() => CursorSet.Encode([("a", default)]));
    }

    [Fact]
    public void Damaged_tokens_never_throw()
    {
        var fuzz = new Fuzz(log);
        var bytes = System.Text.Encoding.ASCII.GetBytes(CursorSet.Encode(Sample));
        for (var round = 0; round < 50_000; round++)
        {
            var text = System.Text.Encoding.Latin1.GetString(fuzz.Damage(bytes));

            if (CursorSet.TryDecode(text, out var decoded))
            {
                Assert.Equal(text, CursorSet.Encode(decoded));
            }
        }
    }
}
