using System.Collections.Concurrent;
using System.Text.Json;

namespace Culvert.Client.Messages;

/// <summary>Carries out the requests of the other side. Thread-safe.</summary>
internal sealed class JsonRpcService(int maxInFlight)
{
    private readonly ConcurrentDictionary<string, Method> _methods = [];
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = [];
    private int _inFlight;

    /// <summary>A method: the parameters as they came, undefined for none; returns the result as JSON.</summary>
    public delegate ValueTask<byte[]> Method(JsonElement parameters, CancellationToken cancellationToken);

    public void Add(string name, Method method)
    {
        if (!_methods.TryAdd(name, method))
        {
            throw new ArgumentException($"The method {name} is there already.", nameof(name));
        }
    }

    /// <summary>Takes a place among those under way; false when there is none.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _inFlight) <= maxInFlight)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Carries out one request or notification.</summary>
    /// <returns>The answer; null for a notification, which gets none.</returns>
    public async Task<byte[]?> AnswerAsync(JsonElement request, CancellationToken stop)
    {
        var isObject = request.ValueKind == JsonValueKind.Object;
        JsonElement id = default, method = default;
        var hasId = isObject && request.TryGetProperty("id", out id);
        var isRequest = isObject
            && request.TryGetProperty("jsonrpc", out var version) && version.ValueKind == JsonValueKind.String
            && version.ValueEquals("2.0"u8)
            && request.TryGetProperty("method", out method) && method.ValueKind == JsonValueKind.String
            && (!hasId || id.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null);
        if (!isRequest)
        {
            return JsonRpcWriter.Error(id, JsonRpcErrorCode.InvalidRequest, "the message is no JSON-RPC 2.0 request");
        }

        request.TryGetProperty("params", out var parameters);
        var name = method.GetString() ?? "";
        if (name == JsonRpcWriter.CancelMethod && !hasId)
        {
            Cancel(parameters);
            return null;
        }

        var answer = await RunAsync(name, parameters, id, stop).ConfigureAwait(false);
        return hasId ? answer : null;
    }

    private async Task<byte[]> RunAsync(string name, JsonElement parameters, JsonElement id, CancellationToken stop)
    {
        if (!_methods.TryGetValue(name, out var method))
        {
            return JsonRpcWriter.Error(id, JsonRpcErrorCode.MethodNotFound, "there is no such method");
        }

        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var key = id.ValueKind == JsonValueKind.Undefined ? null : id.GetRawText();
        var isKept = key is not null && _running.TryAdd(key, cancel);
        try
        {
            // Up to here on the receiver's thread, so that a cancellation behind the request finds it; not further, so
            // that receiving goes on whatever the method does before its first await.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return JsonRpcWriter.Success(id, await method(parameters, cancel.Token).ConfigureAwait(false));
        }
        catch (JsonRpcException e)
        {
            return JsonRpcWriter.Error(id, e.Code, e.Message);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return JsonRpcWriter.Error(id, JsonRpcErrorCode.Cancelled, "the request was cancelled");
        }
        catch (Exception)
        {
            // Not its words: they may hold what is none of the other side's business.
            return JsonRpcWriter.Error(id, JsonRpcErrorCode.InternalError, "the method failed");
        }
        finally
        {
            if (isKept && key is not null)
            {
                _running.TryRemove(key, out _);
            }
        }
    }

    private void Cancel(JsonElement parameters)
    {
        if (parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty("id", out var id)
            && _running.TryGetValue(id.GetRawText(), out var running))
        {
            try
            {
                running.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended at this very moment.
            }
        }
    }
}
