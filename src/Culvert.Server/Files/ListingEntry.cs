namespace Culvert.Server.Files;

/// <summary>One name in a listing; the time is in seconds since 1970.</summary>
internal readonly record struct ListingEntry(string Name, bool IsDirectory, long Size, long Modified);
