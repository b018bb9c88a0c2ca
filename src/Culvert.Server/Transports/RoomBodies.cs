using System.Text.Json;
using System.Text.Json.Serialization;

namespace Culvert.Server.Transports;

/// <summary>Bodies of the API of rooms that the protocol library does not have; written like its own.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.General,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MemberBody))]
[JsonSerializable(typeof(MemberReply))]
[JsonSerializable(typeof(OffsetReply))]
internal sealed partial class RoomBodies : JsonSerializerContext;
