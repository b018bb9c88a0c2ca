using System.Text.Json.Serialization;

namespace Culvert.Client;

/// <summary>Bodies of the account API that no other part of the wire protocol shares.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UserList))]
[JsonSerializable(typeof(PasswordBody))]
internal sealed partial class ClientBodies : JsonSerializerContext;
