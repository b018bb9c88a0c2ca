namespace Culvert.Server.Rooms;

/// <summary>Which messages a page holds; exactly one anchor counts, by <see cref="Anchor"/>.</summary>
/// <param name="Anchor">How the page is placed.</param>
/// <param name="Value">The seq (before, after, around) or UTC Unix milliseconds (time); unused for the latest.</param>
/// <param name="Limit">At most this many messages, 1 to 500.</param>
internal readonly record struct MessagePage(PageAnchor Anchor, long Value, int Limit);
