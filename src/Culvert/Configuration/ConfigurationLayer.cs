namespace Culvert.Configuration;

/// <summary>What one source says: each value with the place it was read from, for the errors.</summary>
internal sealed class ConfigurationLayer
{
    private readonly List<Entry> _entries = [];

    /// <summary>The values in the order of the source.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>Adds one value.</summary>
    /// <param name="setting">Whose value it is.</param>
    /// <param name="name">The name within a map; null for the other shapes.</param>
    /// <param name="value">The value, not checked yet.</param>
    /// <param name="where">The place, as the reader of an error would look for it.</param>
    public void Add(Setting setting, string? name, string value, string where) =>
        _entries.Add(new Entry(setting, name, value, where));

    /// <summary>One value of a layer.</summary>
    internal readonly record struct Entry(Setting Setting, string? Name, string Value, string Where);
}
