using System.Collections.Concurrent;
using System.Text.Json;

namespace Culvert.Client.Messages;

/// <summary>The requests of this side that wait for their answers. Thread-safe.</summary>
internal sealed class JsonRpcCalls
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> _waiting = [];
    private long _lastId;
    private long _late;

    /// <summary>How many answers came that nobody waited for any more.</summary>
    public long Late => Interlocked.Read(ref _late);

    public (long Id, Task<JsonElement> Answer) Begin()
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        return (id, answer.Task);
    }

    public void Forget(long id) => _waiting.TryRemove(id, out _);

    /// <summary>Takes an answer; its JSON may be given back afterwards.</summary>
    public void Answer(JsonElement message)
    {
        if (!message.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.Number
            || !id.TryGetInt64(out var number) || !_waiting.TryRemove(number, out var answer))
        {
            Interlocked.Increment(ref _late);
        }
        else if (message.TryGetProperty("result", out var result))
        {
            answer.TrySetResult(result.Clone());
        }
        else
        {
            answer.TrySetException(Error(message));
        }
    }

    private static JsonRpcException Error(JsonElement message)
    {
        if (!message.TryGetProperty("error", out var error) || error.ValueKind != JsonValueKind.Object
            || !error.TryGetProperty("code", out var code) || code.ValueKind != JsonValueKind.Number
            || !code.TryGetInt32(out var number))
        {
            return new JsonRpcException(JsonRpcErrorCode.InvalidRequest, "the answer has neither result nor error");
        }

        var hasText = error.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String;
        return new JsonRpcException(number, hasText ? text.GetString() ?? "" : "")
        {
            Data = error.TryGetProperty("data", out var data) ? data.Clone() : default,
        };
    }
}
