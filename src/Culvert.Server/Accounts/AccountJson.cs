using System.Text.Json;
using System.Text.Json.Serialization;

namespace Culvert.Server.Accounts;

/// <summary>How the bodies that only accounts use are written and read; the same rules as the protocol's.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.General,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(InviteBody))]
[JsonSerializable(typeof(InviteInfo))]
[JsonSerializable(typeof(InviteList))]
[JsonSerializable(typeof(InviteOrder))]
[JsonSerializable(typeof(InviteReply))]
[JsonSerializable(typeof(PasswordBody))]
[JsonSerializable(typeof(ProfileInfo))]
[JsonSerializable(typeof(ProfileList))]
[JsonSerializable(typeof(ProfilePatch))]
[JsonSerializable(typeof(ResetBody))]
[JsonSerializable(typeof(ResetInfo))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(TokenInfo))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(TokenOrder))]
[JsonSerializable(typeof(UserInfo))]
[JsonSerializable(typeof(UserList))]
[JsonSerializable(typeof(UserPatch))]
internal sealed partial class AccountJson : JsonSerializerContext;
