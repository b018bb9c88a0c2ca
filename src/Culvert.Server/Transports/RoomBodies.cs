using System.Text.Json;
using System.Text.Json.Serialization;
using Culvert.Server.Transports.Commands;

namespace Culvert.Server.Transports;

/// <summary>Bodies of the API of rooms that the protocol library does not have; written like its own.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.General,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MemberBody))]
[JsonSerializable(typeof(MemberReply))]
[JsonSerializable(typeof(OffsetReply))]
[JsonSerializable(typeof(DeleteRoomBody))]
[JsonSerializable(typeof(DeleteRoomReply))]
[JsonSerializable(typeof(RosterReply))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(CommandBody))]
[JsonSerializable(typeof(CommandNotice))]
[JsonSerializable(typeof(CommandList))]
internal sealed partial class RoomBodies : JsonSerializerContext;
