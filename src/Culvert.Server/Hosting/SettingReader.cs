using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Culvert.Server.Hosting;

/// <summary>Reads options out of the configuration, one call an option, and then knows which there are.</summary>
/// <remarks>
/// By hand instead of by binder: a bad value is refused with its key, its source and what is allowed, and a misspelt
/// key is an error, not a default.
/// </remarks>
internal sealed class SettingReader
{
    private static readonly (string Suffix, double Milliseconds)[] TimeUnits =
    [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ];

    private static readonly (string Suffix, long Bytes)[] SizeUnits =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("B", 1),
    ];

    private readonly IConfigurationRoot _configuration;
    private readonly HashSet<string> _keys = new(StringComparer.OrdinalIgnoreCase);

    // Keys whose children are theirs: lists and maps.
    private readonly HashSet<string> _parents = new(StringComparer.OrdinalIgnoreCase);

    public SettingReader(IConfigurationRoot configuration)
    {
        _configuration = configuration;
    }

    /// <summary>The text of the option; null when it is not set.</summary>
    public string? Text(string key)
    {
        _keys.Add(key);
        return string.IsNullOrWhiteSpace(_configuration[key]) ? null : _configuration[key];
    }

    public string Text(string key, string fallback) => Text(key) ?? fallback;

    public bool Flag(string key, bool fallback) => Read(
        key, fallback, "true or false", static (string text, out bool value) => bool.TryParse(text, out value));

    public int Int32(string key, int fallback, int min, int max) => Read(
        key,
        fallback,
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"),
        (string text, out int value) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value >= min && value <= max);

    /// <summary>A number of bytes: plain, or with KiB, MiB or GiB.</summary>
    public long Bytes(string key, long fallback, long min, long max) => Read(
        key,
        fallback,
        $"bytes, such as 65536 or 64KiB, from {Format(min)} to {Format(max)}",
        (string text, out long value) => TryParseBytes(text, out value) && value >= min && value <= max);

    /// <summary>A time with its unit: ms, s, m, h or d.</summary>
    public TimeSpan Time(string key, TimeSpan fallback, TimeSpan min, TimeSpan max) => Read(
        key,
        fallback,
        $"a time with its unit, such as 500ms, 30s, 5m, 12h or 30d, from {Format(min)} to {Format(max)}",
        (string text, out TimeSpan value) => TryParseTime(text, out value) && value >= min && value <= max);

    /// <summary>One of the names of the enumeration, the first letter small.</summary>
    public T Choice<T>(string key, T fallback)
        where T : struct, Enum
    {
        var names = Array.ConvertAll(Enum.GetNames<T>(), JsonNamingPolicy.CamelCase.ConvertName);
        return Read(
            key,
            fallback,
            "one of " + string.Join(", ", names),
            (string text, out T value) =>
            {
                value = default;
                return names.Contains(text) && Enum.TryParse(text, ignoreCase: true, out value);
            });
    }

    /// <summary>
    /// Several texts: an array, numbered variables, or one text with commas. The strongest source that names the key
    /// gives the whole list: the configuration would mix the lists of several sources by position.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="fallback">What stands when it is not set.</param>
    /// <param name="allowed">What is allowed, as the end of a sentence.</param>
    /// <param name="isAllowed">True for one text that is.</param>
    public IReadOnlyList<string> List(
        string key, IReadOnlyList<string> fallback, string allowed, Func<string, bool> isAllowed)
    {
        _keys.Add(key);
        _parents.Add(key);
        foreach (var provider in _configuration.Providers.Reverse())
        {
            var texts = TextsOf(provider, key);
            if (texts.Count == 0)
            {
                continue;
            }

            var bad = texts.FirstOrDefault(text => !isAllowed(text));
            return bad is null ? texts : throw Bad(key, bad, SettingSource.Name(provider, key), allowed);
        }

        return fallback;
    }

    /// <summary>Names that the operator chose, each with a text or with options of its own below it.</summary>
    public IReadOnlyList<string> Names(string key) =>
        [.. _configuration.GetSection(key).GetChildren().Select(child => child.Key)];

    /// <summary>Call last: whatever is set and was not asked for is a mistake.</summary>
    /// <exception cref="SettingException">There is such a key.</exception>
    public void RefuseUnknown()
    {
        foreach (var (key, value) in _configuration.AsEnumerable())
        {
            if (value is not null && !IsKnown(key))
            {
                throw new SettingException(
                    $"{SettingSource.Of(_configuration, key)}: unknown option {SettingSource.Show(key)}"
                    + " (docs/configuration.md lists them all)");
            }
        }
    }

    /// <summary>For a check that spans several options, or a format of its own.</summary>
    public SettingException Bad(string key, string value, string allowed) =>
        Bad(key, value, SettingSource.Of(_configuration, key), allowed);

    /// <summary>The same without the value, which may be a secret.</summary>
    public SettingException BadSecret(string key, string allowed) => new(
        $"{SettingSource.Of(_configuration, key)}: {SettingSource.Show(key)} is not allowed as it is; use {allowed}");

    private delegate bool Parser<T>(string text, out T value);

    private static SettingException Bad(string key, string value, string source, string allowed) =>
        new($"{source}: {SettingSource.Show(key)} = \"{value}\" is not allowed; use {allowed}");

    private static bool TryParseTime(string text, out TimeSpan value)
    {
        value = default;
        foreach (var (suffix, milliseconds) in TimeUnits)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && uint.TryParse(
                    text.AsSpan(0, text.Length - suffix.Length),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var count))
            {
                value = TimeSpan.FromMilliseconds(count * milliseconds);
                return true;
            }
        }

        return false;
    }

    private static bool TryParseBytes(string text, out long value)
    {
        foreach (var (suffix, bytes) in SizeUnits)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && uint.TryParse(
                    text.AsSpan(0, text.Length - suffix.Length),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var count))
            {
                value = count * bytes;
                return true;
            }
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static string Format(TimeSpan time)
    {
        var (suffix, unit) = TimeUnits.Last(
            unit => unit.Milliseconds == 1 || time.TotalMilliseconds % unit.Milliseconds == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds / unit}{suffix}");
    }

    private static string Format(long bytes)
    {
        var (suffix, unit) = SizeUnits.LastOrDefault(
            unit => unit.Bytes > 1 && bytes > 0 && bytes % unit.Bytes == 0, ("", 1));
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / unit}{suffix}");
    }

    private static List<string> TextsOf(IConfigurationProvider provider, string key)
    {
        if (provider.TryGet(key, out var value) && !string.IsNullOrWhiteSpace(value))
        {
            return [.. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        }

        return
        [
            .. provider.GetChildKeys([], key)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Order(ConfigurationKeyComparer.Instance)
                .Select(child => provider.TryGet($"{key}:{child}", out var text) ? text : null)
                .OfType<string>(),
        ];
    }

    private T Read<T>(string key, T fallback, string allowed, Parser<T> parse)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        return parse(text.Trim(), out var value) ? value : throw Bad(key, text, allowed);
    }

    private bool IsKnown(string key)
    {
        if (_keys.Contains(key))
        {
            return true;
        }

        var end = key.LastIndexOf(':');
        return end > 0 && _parents.Contains(key[..end]);
    }
}
