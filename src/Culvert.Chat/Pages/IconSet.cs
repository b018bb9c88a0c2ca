using System.Collections.Frozen;
using System.Text.Json;

namespace Culvert.Chat.Pages;

/// <summary>The outlines of the icons, as <c>scripts/icons.js</c> has them. Immutable.</summary>
internal sealed class IconSet
{
    private readonly FrozenDictionary<string, string> _paths;

    private IconSet(FrozenDictionary<string, string> paths) => _paths = paths;

    public static IconSet Default { get; } = Load();

    /// <summary>Value of the attribute <c>d</c>, for a square of 24 units.</summary>
    public string this[string name] => _paths[name];

    /// <summary>The object in the script is JSON: names and values in double quotes, no comma at the end.</summary>
    private static IconSet Load()
    {
        using var stream = typeof(IconSet).Assembly.GetManifestResourceStream("scripts/icons.js")
            ?? throw new InvalidOperationException("The icons are not in the program.");
        using var reader = new StreamReader(stream);
        var script = reader.ReadToEnd();
        var start = script.IndexOf("= {", StringComparison.Ordinal) + 2;
        var json = script[start..(script.IndexOf("};", StringComparison.Ordinal) + 1)];
        var paths = JsonSerializer.Deserialize<Dictionary<string, string>>(json)
            ?? throw new InvalidOperationException("The icons are not an object.");
        return new IconSet(paths.ToFrozenDictionary(StringComparer.Ordinal));
    }
}
