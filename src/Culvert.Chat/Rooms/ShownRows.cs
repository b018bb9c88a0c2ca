namespace Culvert.Chat.Rooms;

/// <summary>Puts the messages of a page into rows, as scripts/timeline-rows.js does.</summary>
internal static class ShownRows
{
    private static readonly TimeSpan GroupWindow = TimeSpan.FromMinutes(5);

    /// <param name="page">The messages and notices.</param>
    /// <param name="divider">The first message that was not read; 0 for none.</param>
    public static IReadOnlyList<ShownRow> Of(HistoryPage page, long divider)
    {
        List<ShownRow> rows = [];
        var notices = ShownNotice.ReadAll(page.Notices.Bytes).ToLookup(static notice => notice.After);
        var first = page.Messages.Count > 0 ? page.Messages[0].Seq : page.Ends.LastSeq + 1;
        AddNotices(rows, [.. notices[first - 1]]);
        ShownMessage? previous = null;
        foreach (var message in page.Messages)
        {
            var day = DateOnly.FromDateTime(message.At.UtcDateTime);
            if (previous is null || day != DateOnly.FromDateTime(previous.At.UtcDateTime))
            {
                rows.Add(new ShownRow { Day = day });
            }

            if (message.Seq == divider)
            {
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
