namespace Culvert.Chat.Rooms;

/// <summary>Puts the messages of a page into rows, as scripts/timeline-rows.js does.</summary>
internal static class ShownRows
{
    private static readonly TimeSpan GroupWindow = TimeSpan.FromMinutes(5);

    // So long it is shown that a message was deleted; after that only where another one answers it.
    private static readonly TimeSpan TombstoneTime = TimeSpan.FromHours(1);

    /// <param name="page">The messages and notices.</param>
    /// <param name="divider">The first message that was not read; 0 for none.</param>
    /// <param name="now">The time of the page.</param>
    public static IReadOnlyList<ShownRow> Of(HistoryPage page, long divider, DateTimeOffset now)
    {
        var answered = page.Messages.Where(static m => m.Text is not null).Select(static m => m.Reply).ToHashSet();
        var isDividerDue = false;
        List<ShownRow> rows = [];
        var notices = ShownNotice.ReadAll(page.Notices.Bytes).ToLookup(static notice => notice.After);
        var first = page.Messages.Count > 0 ? page.Messages[0].Seq : page.Ends.LastSeq + 1;
        AddNotices(rows, [.. notices[first - 1]]);
        ShownMessage? previous = null;
        foreach (var message in page.Messages)
        {
            isDividerDue |= message.Seq == divider;
            if (message.Text is null && now - message.At > TombstoneTime && !answered.Contains(message.Seq))
            {
                AddNotices(rows, [.. notices[message.Seq]]);
                continue;
            }

            var day = DateOnly.FromDateTime(message.At.UtcDateTime);
            if (previous is null || day != DateOnly.FromDateTime(previous.At.UtcDateTime))
            {
                rows.Add(new ShownRow { Day = day });
            }

            if (isDividerDue)
            {
                isDividerDue = false;
                rows.Add(new ShownRow { IsDivider = true });
            }

            var isGrouped = rows[^1].Message is { Text: not null } above && message.Text is not null
                && above.From == message.From && message.Reply == 0 && message.At - above.At < GroupWindow;
            rows.Add(new ShownRow { Message = message, IsGrouped = isGrouped });
            AddNotices(rows, [.. notices[message.Seq]]);
            previous = message;
        }

        return rows;
    }

    private static void AddNotices(List<ShownRow> rows, IReadOnlyList<ShownNotice> notices)
    {
        if (notices.Count > 0)
        {
            rows.Add(new ShownRow { Notices = notices });
        }
    }
}
