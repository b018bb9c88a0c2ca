using System.Text.Json;
using System.Text.Json.Serialization;
using Culvert.Chat.Search;
using Culvert.Chat.Uploads;

namespace Culvert.Chat;

/// <summary>How the bodies of files, search and mentions are written; the same rules as the protocol's.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.General,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FileReply))]
[JsonSerializable(typeof(SearchReply))]
[JsonSerializable(typeof(MentionsReply))]
internal sealed partial class ContentJson : JsonSerializerContext;
