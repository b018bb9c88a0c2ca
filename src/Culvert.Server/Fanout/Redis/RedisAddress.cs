using System.Globalization;

namespace Culvert.Server.Fanout.Redis;

/// <summary>Where a Redis is and how to sign in there. Immutable.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">Default 6379.</param>
/// <param name="User">Null for the default user.</param>
/// <param name="Password">Null when none is asked for.</param>
/// <param name="Database">
/// Number of the database. Channels are the same in all of them; it is selected for those whose rights need it.
/// </param>
/// <param name="IsSecure">True for TLS, with a certificate of the host.</param>
internal sealed record RedisAddress(
    string Host, int Port, string? User, string? Password, int Database, bool IsSecure)
{
    /// <summary>What is allowed, as the end of a sentence.</summary>
    public const string Allowed =
        "host:port, redis://[[user]:password@]host[:port][/database] or rediss:// for TLS";

    private const int DefaultPort = 6379;

    /// <summary>Takes what <see cref="Allowed"/> says.</summary>
    public static bool TryParse(string text, out RedisAddress? address)
    {
        address = null;
        var full = text.Contains("://", StringComparison.Ordinal) ? text : "redis://" + text;
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("redis" or "rediss")
            || uri.Host.Length == 0
            || uri.Query.Length > 0
            || uri.Fragment.Length > 0
            || !TryDatabase(uri.AbsolutePath.Trim('/'), out var database))
        {
            return false;
        }

        var (user, password) = SignIn(uri.UserInfo);
        address = new RedisAddress(
            uri.DnsSafeHost, uri.Port > 0 ? uri.Port : DefaultPort, user, password, database, uri.Scheme == "rediss");
        return true;
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");

    private static bool TryDatabase(string path, out int database)
    {
        database = 0;
        return path.Length == 0
            || int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database);
    }

    private static (string? User, string? Password) SignIn(string userInfo)
    {
        if (userInfo.Length == 0)
        {
            return (null, null);
        }

        // One word is the password, as Redis knew only that for long.
        var parts = userInfo.Split(':', 2);
        var password = Uri.UnescapeDataString(parts[^1]);
        var user = parts.Length == 2 && parts[0].Length > 0 ? Uri.UnescapeDataString(parts[0]) : null;
        return (user, password);
    }
}
