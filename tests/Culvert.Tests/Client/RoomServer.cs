using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Culvert.Tests.Client;

/// <summary>The publishing half of a server, in memory: keys, batches, order.</summary>
internal sealed class RoomServer
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _keys = [];

    /// <summary>Texts in the order of their offsets.</summary>
    public List<string> Texts { get; } = [];

    /// <summary>Messages of each request.</summary>
    public ConcurrentQueue<int> Batches { get; } = new();

    /// <summary>Texts that are refused as too large.</summary>
    public Predicate<string> Refuses { get; set; } = static _ => false;

    /// <summary>Commits the request and answers it.</summary>
    public async Task PublishAsync(HttpContext context)
    {
        var answer = await CommitAsync(context);
        if (answer is null)
        {
            await ScriptedServer.Problem(413, "too_large")(context);
            return;
        }

        context.Response.StatusCode = 201;
        context.Response.ContentType = "application/json";
        await ScriptedServer.WriteAsync(context, answer);
    }

    /// <summary>Commits the request and loses the answer: the case that keys are for.</summary>
    public async Task CommitAndCutAsync(HttpContext context)
    {
        await CommitAsync(context);
        context.Abort();
    }

    private async Task<string?> CommitAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        var isBatch = body.RootElement.ValueKind == JsonValueKind.Array;
        var items = isBatch ? body.RootElement.EnumerateArray().ToList() : [body.RootElement];
        Batches.Enqueue(items.Count);
        if (items.Any(i => Refuses(Text(i))))
        {
            return null;
        }

        lock (_lock)
        {
            var header = context.Request.Headers["Idempotency-Key"].ToString();
            var replies = items.ConvertAll(i => Commit(isBatch ? Key(i) : header, Text(i)));
            return isBatch ? $"[{string.Join(',', replies)}]" : replies[0];
        }
    }

    private string Commit(string key, string text)
    {
        var dup = _keys.TryGetValue(key, out var offset);
        if (!dup)
        {
            Texts.Add(text);
            offset = Texts.Count;
            _keys.Add(key, offset);
        }

        return $$"""{"offset":{{offset}},"seq":{{offset}},"dup":{{(dup ? "true" : "false")}},"durable":"disk"}""";
    }

    private static string Key(JsonElement item) => item.GetProperty("key").GetString() ?? "";

    private static string Text(JsonElement item) => item.GetProperty("data").GetProperty("text").GetString() ?? "";
}
