using Culvert.Chat.Rooms;
using Culvert.Server.Rooms;
using Culvert.Server.Transports;

namespace Culvert.Tests.Chat;

/// <summary>What stands under each other in a page without scripts.</summary>
public sealed class ShownRowsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 9, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(59, "1 2 | 3 4")]
    [InlineData(61, "2 | 3 4")]
    public void T1_27_A_tombstone_goes_after_an_hour_unless_something_answers_it(int minutes, string expected)
    {
        ShownMessage[] messages = [Message(1, null), Message(2, null), Message(3, "a"), Message(4, "b", reply: 2)];

        Assert.Equal(expected, Show(messages, divider: 3, minutes));
    }

    [Fact]
    public void T1_27_The_line_above_what_is_new_stays_when_the_first_new_message_is_gone() => Assert.Equal(
        "1 | 3", Show([Message(1, "a"), Message(2, null), Message(3, "b")], divider: 2, minutes: 61));

    private static string Show(ShownMessage[] messages, long divider, int minutes)
    {
        var page = new HistoryPage(
            "lobby",
            new LogEnds("e", 1, 9, 1, messages.Length, "retention"),
            new PageEvents(),
            new PageEvents(),
            new PageEvents(),
            messages,
            new Dictionary<long, ShownMessage>());
        var rows = ShownRows.Of(page, divider, Noon.AddMinutes(minutes));
        return string.Join(' ', rows.Where(static row => row.Day is null)
            .Select(static row => row.IsDivider ? "|" : $"{row.Message?.Seq}"));
    }

    private static ShownMessage Message(long seq, string? text, long reply = 0) => new()
    {
        Seq = seq,
        At = Noon,
        From = "ann",
        Text = text,
        IsEdited = false,
        Reply = reply,
        Reactions = [],
        Files = [],
    };
}
