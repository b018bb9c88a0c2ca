using System.Text.Json.Serialization;

namespace Culvert.Client;

/// <summary>Bodies that no other part of the wire protocol shares.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UserList))]
[JsonSerializable(typeof(PasswordBody))]
[JsonSerializable(typeof(BatchReply[]))]
[JsonSerializable(typeof(PageReply))]
internal sealed partial class ClientBodies : JsonSerializerContext;
