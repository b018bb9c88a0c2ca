using System.Text.Json;
using System.Text.Json.Serialization;

namespace Culvert.Server.Tunnels.Names;

/// <summary>How bodies on a tunnel are written and read; the same rules as the protocol's.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.General,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NamesBody))]
internal sealed partial class NamesJson : JsonSerializerContext;
