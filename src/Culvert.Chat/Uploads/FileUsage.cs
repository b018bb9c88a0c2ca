namespace Culvert.Chat.Uploads;

/// <summary>How many bytes of files there are.</summary>
/// <param name="Total">Of everybody, ever.</param>
/// <param name="ByUser">Of each user since the time that was asked for.</param>
internal sealed record FileUsage(long Total, IReadOnlyDictionary<long, long> ByUser);
