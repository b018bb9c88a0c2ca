using Culvert.Protocol.Rooms;

namespace Culvert.Client;

/// <summary>What became of one message of a batch: where it stands, or why it was refused.</summary>
internal sealed record BatchReply
{
    public long Offset { get; init; }

    public long Seq { get; init; }

    public bool Dup { get; init; }

    public string Durable { get; init; } = "";

    /// <summary>Null for a message that is in the log.</summary>
    public BatchRefusal? Err { get; init; }

    /// <summary>The replies, if there is no refusal among them.</summary>
    /// <exception cref="CulvertProblemException">The first refusal.</exception>
    public static PublishReply[] ToReplies(BatchReply[] batch)
    {
        for (var i = 0; i < batch.Length; i++)
        {
            if (batch[i].Err is { } refusal)
            {
                throw refusal.ToException(i + 1, batch.Length);
            }
        }

        return Array.ConvertAll(
            batch, r => new PublishReply { Offset = r.Offset, Seq = r.Seq, Dup = r.Dup, Durable = r.Durable });
    }
}
