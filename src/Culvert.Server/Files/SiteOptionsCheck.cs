namespace Culvert.Server.Files;

/// <summary>Says what is wrong with options before anything starts.</summary>
internal static class SiteOptionsCheck
{
    private const long MaxCacheBytes = 16L * 1024 * 1024 * 1024;
    private const int MaxCachedFileBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(366);

    /// <exception cref="ArgumentException">An option is out of range, or the root is no directory.</exception>
    public static void Check(SiteOptions options)
    {
        if (options.Root is { } root && !Directory.Exists(root))
        {
            throw new ArgumentException($"The directory {root} does not exist or cannot be read.");
        }

        Require(options.CacheBytes is >= 0 and <= MaxCacheBytes, $"The cache takes 0 to {MaxCacheBytes} bytes.");
        Require(
            options.MaxCachedFileBytes is >= 0 and <= MaxCachedFileBytes,
            $"A cached file has 0 to {MaxCachedFileBytes} bytes.");
        Require(options.MaxAge is not { } age || (age >= TimeSpan.Zero && age <= MaxAge), "An age is 0 to 366 days.");
        Require(
            options.Fallback is not { } fallback || IsPlain(fallback),
            "The fallback is a file within the root, such as index.html.");
    }

    /// <summary>Whether a path stays within the root whatever it is resolved against.</summary>
    public static bool IsPlain(string path) =>
        path.Length > 0 && !path.Contains('\\', StringComparison.Ordinal)
        && path.Split('/').All(s => s is not ("" or "." or ".."));

    private static void Require(bool isRight, string message)
    {
        if (!isRight)
        {
            throw new ArgumentException(message);
        }
    }
}
