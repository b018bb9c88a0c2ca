using System.Globalization;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Accounts;

/// <summary>Reads which page of a list a request wants: <c>?after=&amp;before=&amp;q=&amp;limit=</c>.</summary>
internal static class ListOrders
{
    private const int MaxWords = 200;

    /// <param name="query">Of the request.</param>
    /// <param name="defaultLimit">Rows where the request says nothing; it may say 1 to 500.</param>
    /// <param name="order">The page.</param>
    public static Refusal? TryRead(IQueryCollection query, int defaultLimit, out ListOrder order)
    {
        var after = Find(query, "after");
        var before = Find(query, "before");
        var words = query["q"].ToString().Trim();
        var limit = defaultLimit;
        var isLimit = Find(query, "limit") is not { } text
            || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit);
        order = new ListOrder(after, before, words, limit);
        return !isLimit || limit is < 1 or > CommandParser.MaxPage ? new Refusal(ErrorCode.BadLimit)
            : after is not null && before is not null
                ? new Refusal(ErrorCode.BadField, "after and before do not go together.")
            : words.Length > MaxWords ? new Refusal(ErrorCode.BadField, $"q has at most {MaxWords} characters.")
            : null;
    }

    private static string? Find(IQueryCollection query, string name) =>
        query[name].ToString() is { Length: > 0 } text ? text : null;
}
