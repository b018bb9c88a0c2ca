namespace Culvert.Configuration;

/// <summary>Every setting of <c>culvert serve</c>. A new one is added here and read by the server; nothing else changes.</summary>
internal static class ServeSettings
{
    /// <summary>The settings in the order of the help page.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new()
        {
            Key = "listen",
            Shape = SettingShape.List,
            Option = "--listen",
            ValueName = "URL",
            Description = "Address to listen on, http://HOST:PORT; port 0 takes a free one. Repeatable. "
                + "Default http://127.0.0.1:8080.",
            Default = "http://127.0.0.1:8080",
            Check = ListenAddress,
        },
        new()
        {
            Key = "data",
            Shape = SettingShape.Text,
            Option = "--data",
            ValueName = "DIR",
            Description = "Directory of the database and the owner token, created when missing. Default ./data.",
            Default = "./data",
            Check = static value => value.Length == 0 ? "it is empty; write a directory such as ./data" : null,
            IsPath = true,
        },
        new()
        {
            Key = "pipes",
            Shape = SettingShape.Map,
            Option = "--pipe",
            ValueName = "PATH=TARGET",
            Description = "Pipes every WebSocket that opens PATH to TARGET; TARGET is echo:. Repeatable. Default none.",
            Check = static target => target == "echo:" ? null : $"'{target}' is not a target; write echo:",
            CheckName = PipePath,
        },
        new()
        {
            Key = "registration",
            Shape = SettingShape.Text,
            Option = "--registration",
            ValueName = "WHO",
            Description = "Who may make an account: open (anybody), invite (who has an invitation) or closed (nobody). "
                + "Default invite; open with --demo.",
            Check = OneOf("open", "invite", "closed"),
        },
        new()
        {
            Key = "demo",
            Shape = SettingShape.Flag,
            Option = "--demo",
            Description = "Makes rooms and users to try things with; safe to run again. Default off.",
            Default = "false",
            Check = OneOf("true", "false"),
        },
        new()
        {
            Key = "durability",
            Shape = SettingShape.Text,
            Option = "--durability",
            ValueName = "LEVEL",
            Description = "When a message is acknowledged: disk (it survives a power cut) or process (it survives a crash "
                + "of the server only, and is faster). Default disk.",
            Default = "disk",
            Check = OneOf("disk", "process"),
        },
        new()
        {
            Key = "verbose",
            Shape = SettingShape.Flag,
            Option = "-v",
            Description = "Logs the life of every connection. Default off: one line a session, at its end.",
            Default = "false",
            Check = OneOf("true", "false"),
        },
    ];

    private static Func<string, string?> OneOf(params string[] values) => value =>
        values.Contains(value, StringComparer.Ordinal)
            ? null
            : $"'{value}' is not one of {string.Join(", ", values[..^1])} and {values[^1]}";

    private static string? ListenAddress(string value)
    {
        // Kestrel's words for all addresses; Uri knows neither.
        var probe = value.Replace("//*", "//0.0.0.0", StringComparison.Ordinal)
            .Replace("//+", "//0.0.0.0", StringComparison.Ordinal);
        return Uri.TryCreate(probe, UriKind.Absolute, out var url)
            && url.Scheme == Uri.UriSchemeHttp && url.PathAndQuery == "/" && url.UserInfo.Length == 0
                ? null
                : $"'{value}' is not an address to listen on; write http://HOST:PORT";
    }

    private static string? PipePath(string path) =>
        path.StartsWith('/') && !path.AsSpan().ContainsAny(" ?#") ? null : $"'{path}' is not a path; write it as /name";
}
