using System.Collections;
using Culvert.Arguments;

namespace Culvert.Configuration;

/// <summary>Combines the defaults, culvert.json, the environment and the command line; the later one wins.</summary>
internal static class ServeConfiguration
{
    /// <summary>The file that is read when it is there and no other is named.</summary>
    public const string DefaultFile = "culvert.json";

    private const string Prefix = "CULVERT__";

    /// <summary>The layer that the environment makes: <c>CULVERT__DATA</c>, <c>CULVERT__LISTEN__0</c>.</summary>
    /// <exception cref="UsageException">A variable with the prefix names no setting.</exception>
    public static ConfigurationLayer FromEnvironment(IDictionary variables, IReadOnlyList<Setting> settings)
    {
        var layer = new ConfigurationLayer();
        var names = variables.Keys.OfType<string>()
            .Where(n => n.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .OrderBy(n => n.Length)
            .ThenBy(n => n, StringComparer.Ordinal);
        foreach (var variable in names)
        {
            var parts = variable[Prefix.Length..].Split("__", 2);
            var setting = settings.FirstOrDefault(s => s.Key.Equals(parts[0], StringComparison.OrdinalIgnoreCase));
            var takesName = setting?.Shape is SettingShape.List or SettingShape.Map;
            if (setting is null || (parts.Length == 2 && !takesName) || (setting.Shape == SettingShape.Map && parts.Length == 1))
            {
                var meant = setting is null ? ConfigurationFile.DidYouMean(parts[0].ToLowerInvariant(), settings) : "";
                throw new UsageException($"environment: {variable} is no setting.{meant}");
            }

            var name = setting.Shape == SettingShape.Map ? parts[1] : null;
            layer.Add(setting, name, (string?)variables[variable] ?? "", $"environment: {variable}");
        }

        return layer;
    }

    /// <summary>Combines the layers into configuration keys, every one with a value: <c>listen:0</c>, <c>pipes:/echo</c>.</summary>
    /// <param name="settings">The settings, for their defaults.</param>
    /// <param name="layers">The layers, the weakest first.</param>
    /// <exception cref="UsageException">A value is wrong; the message says what, where and what to write.</exception>
    public static IReadOnlyDictionary<string, string?> Combine(
        IReadOnlyList<Setting> settings, params ReadOnlySpan<ConfigurationLayer> layers)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in settings.Where(s => s.Default is not null))
        {
            values[setting.Shape == SettingShape.List ? $"{setting.Key}:0" : setting.Key] = setting.Default;
        }

        foreach (var layer in layers)
        {
            Check(layer);
            foreach (var group in layer.Entries.GroupBy(e => e.Setting))
            {
                Apply(values, group.Key, [.. group]);
            }
        }

        // Somebody who tries the demo wants to make an account; whoever said otherwise is obeyed.
        values.TryAdd("registration", values.GetValueOrDefault("demo") == "true" ? "open" : "invite");
        return values;
    }

    private static void Apply(
        Dictionary<string, string?> values, Setting setting, IReadOnlyList<ConfigurationLayer.Entry> entries)
    {
        switch (setting.Shape)
        {
            case SettingShape.List:
                // Merging lists by index, as the configuration system would, mixes two people's intentions.
                foreach (var old in values.Keys.Where(k => k.StartsWith($"{setting.Key}:", StringComparison.Ordinal)).ToList())
                {
                    values.Remove(old);
                }

                for (var i = 0; i < entries.Count; i++)
                {
                    values[$"{setting.Key}:{i}"] = entries[i].Value;
                }

                break;
            case SettingShape.Map:
                foreach (var entry in entries)
                {
                    values[$"{setting.Key}:{entry.Name}"] = entry.Value;
                }

                break;
            default:
                values[setting.Key] = entries[^1].Value;
                break;
        }
    }

    private static void Check(ConfigurationLayer layer)
    {
        foreach (var (setting, name, value, where) in layer.Entries)
        {
            if ((name is null ? null : setting.CheckName(name)) is { } wrongName)
            {
                throw new UsageException($"{where}: {wrongName}");
            }

            if (setting.Check(value) is { } wrong)
            {
                throw new UsageException($"{where}: {wrong}");
            }
        }
    }
}
