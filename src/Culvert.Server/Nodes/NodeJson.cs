using System.Text.Json.Serialization;

namespace Culvert.Server.Nodes;

/// <summary>How the nodes write what they share as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ControlBody))]
[JsonSerializable(typeof(TicketBody))]
internal sealed partial class NodeJson : JsonSerializerContext;
