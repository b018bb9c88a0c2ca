using System.Text.Json;

namespace Culvert.IntegrationTests.Crashes;

/// <summary>The answer to a publish.</summary>
internal sealed record Ack(long Offset, long Seq, bool Duplicate)
{
    public static Ack Of(JsonElement reply) => new(
        reply.GetProperty("offset").GetInt64(),
        reply.GetProperty("seq").GetInt64(),
        reply.GetProperty("dup").GetBoolean());
}
