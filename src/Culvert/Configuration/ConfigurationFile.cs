using System.Text.Json;
using Culvert.Arguments;

namespace Culvert.Configuration;

/// <summary>Reads culvert.json strictly: an unknown key is an error, because a misspelt setting is a setting not made.</summary>
internal static class ConfigurationFile
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 16,
    };

    /// <summary>The layer that a file makes.</summary>
    /// <param name="path">The file; relative paths in it start from its directory.</param>
    /// <param name="settings">The keys it may have.</param>
    /// <exception cref="UsageException">It cannot be read, is not JSON, or holds an unknown key or a wrong type.</exception>
    public static ConfigurationLayer Read(string path, IReadOnlyList<Setting> settings)
    {
        using var document = Parse(path);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new UsageException($"{path}: the file holds no JSON object; write {{\"data\": \"./data\"}}");
        }

        var layer = new ConfigurationLayer();
        var directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        foreach (var property in document.RootElement.EnumerateObject())
        {
            var setting = settings.FirstOrDefault(s => s.Key.Equals(property.Name, StringComparison.OrdinalIgnoreCase));
            if (setting is null)
            {
                throw new UsageException($"{path}: unknown key '{property.Name}'.{DidYouMean(property.Name, settings)}");
            }

            Add(layer, setting, property, path, directory);
        }

        return layer;
    }

    /// <summary>A sentence that names the nearest key, or the keys there are.</summary>
    public static string DidYouMean(string key, IReadOnlyList<Setting> settings) =>
        EditDistance.Nearest(key, settings.Select(s => s.Key)) is { } near
            ? $" Did you mean '{near}'?"
            : $" The keys are {string.Join(", ", settings.Select(s => s.Key))}.";

    private static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path), Options);
        }
        catch (JsonException e)
        {
            throw new UsageException($"{path}: line {e.LineNumber + 1}: {FirstSentence(e.Message)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path}: cannot read the file: {e.Message}");
        }
    }

    // The rest of the message repeats the place.
    private static string FirstSentence(string message) => message.Split(" Path:")[0].Split(" LineNumber:")[0];

    private static void Add(
        ConfigurationLayer layer, Setting setting, JsonProperty property, string path, string directory)
    {
        var where = $"{path}: {property.Name}";
        var kind = property.Value.ValueKind;
        switch (setting.Shape)
        {
            case SettingShape.List when kind == JsonValueKind.Array:
                var index = 0;
                foreach (var item in property.Value.EnumerateArray())
                {
                    layer.Add(setting, null, Text(item, setting, where), $"{where}[{index++}]");
                }

                break;
            case SettingShape.Map when kind == JsonValueKind.Object:
                foreach (var member in property.Value.EnumerateObject())
                {
                    layer.Add(setting, member.Name, Text(member.Value, setting, where), $"{where}: {member.Name}");
                }

                break;
            case SettingShape.Flag when kind is JsonValueKind.True or JsonValueKind.False:
                layer.Add(setting, null, kind == JsonValueKind.True ? "true" : "false", where);
                break;
            case SettingShape.Text or SettingShape.List when kind == JsonValueKind.String:
                var text = Text(property.Value, setting, where);
                layer.Add(setting, null, setting.IsPath ? Path.Combine(directory, text) : text, where);
                break;
            default:
                throw new UsageException($"{where}: {Expected(setting.Shape)}");
        }
    }

    private static string Text(JsonElement value, Setting setting, string where) =>
        value.ValueKind == JsonValueKind.String
            ? value.GetString() ?? ""
            : throw new UsageException($"{where}: {Expected(setting.Shape)}");

    private static string Expected(SettingShape shape) => shape switch
    {
        SettingShape.Flag => "write true or false",
        SettingShape.List => "write a list of texts, [\"…\", \"…\"]",
        SettingShape.Map => "write names with texts, {\"…\": \"…\"}",
        _ => "write a text, \"…\"",
    };
}
