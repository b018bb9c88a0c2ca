using System.Text.Json;
using System.Text.Json.Serialization;

namespace Culvert.Protocol.Rooms;

/// <summary>
/// How the bodies of the HTTP API are written and read: camel case, no nulls, unknown members ignored.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.General,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateRoom))]
[JsonSerializable(typeof(RoomInfo))]
[JsonSerializable(typeof(RoomList))]
[JsonSerializable(typeof(RoomPatch))]
[JsonSerializable(typeof(EditBody))]
[JsonSerializable(typeof(EraseBody))]
[JsonSerializable(typeof(ReactionBody))]
[JsonSerializable(typeof(ReadBody))]
[JsonSerializable(typeof(ModerationBody))]
[JsonSerializable(typeof(MembersReply))]
[JsonSerializable(typeof(TicketBody))]
[JsonSerializable(typeof(TicketReply))]
[JsonSerializable(typeof(UserBody))]
[JsonSerializable(typeof(SessionBody))]
[JsonSerializable(typeof(MeReply))]
[JsonSerializable(typeof(TokenBody))]
[JsonSerializable(typeof(TokenReply))]
[JsonSerializable(typeof(PublishReply))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(PublishReply[]))]
public sealed partial class RoomJson : JsonSerializerContext;
