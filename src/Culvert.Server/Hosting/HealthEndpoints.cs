using Culvert.Server.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Hosting;

/// <summary>Answers <c>/healthz</c> and <c>/readyz</c> with one word, and 200 or 503.</summary>
internal sealed class HealthEndpoints : IDisposable
{
    // Anybody may ask, and asking the store is a write with a sync: so it is asked at most once in this time.
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(2);

    private readonly IReadyCheck[] _checks;
    private readonly Draining _draining;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _asking = new(1);
    private string? _failed;
    private string? _degraded;
    private long _askedAt;
    private bool _wasAsked;

    public HealthEndpoints(IEnumerable<IReadyCheck> checks, Draining draining, TimeProvider time)
    {
        _checks = [.. checks];
        _draining = draining;
        _time = time;
    }

    /// <summary><c>GET /healthz</c>: the process answers.</summary>
    public static Task HealthAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, "ok");

    /// <summary><c>GET /readyz</c>: it can do its work, and will for a while.</summary>
    public async Task ReadyAsync(HttpContext context)
    {
        if (_draining.IsDraining)
        {
            await WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "draining");
            return;
        }

        var (failed, degraded) = await FindFailedAsync(context.RequestAborted);
        await (failed is null
            ? WriteAsync(context, StatusCodes.Status200OK, degraded is null ? "ready" : $"ready, without: {degraded}")
            : WriteAsync(context, StatusCodes.Status503ServiceUnavailable, $"not ready: {failed}"));
    }

    public void Dispose() => _asking.Dispose();

    private async Task<(string? Failed, string? Degraded)> FindFailedAsync(CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (!_wasAsked || _time.GetElapsedTime(_askedAt) >= Believed)
            {
                _failed = await AskAsync(isVital: true, cancellationToken);
                _degraded = await AskAsync(isVital: false, cancellationToken);
                _askedAt = _time.GetTimestamp();
                _wasAsked = true;
            }

            return (_failed, _degraded);
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<string?> AskAsync(bool isVital, CancellationToken cancellationToken)
    {
        foreach (var check in _checks.Where(check => check.IsVital == isVital))
        {
            try
            {
                var asking = check.IsReadyAsync(cancellationToken).AsTask();
                if (!await asking.WaitAsync(CheckLimit, _time, cancellationToken))
                {
                    return check.Name;
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Whatever kept it from answering, it is not ready; its own log says why.
                return check.Name;
            }
        }

        return null;
    }

    private static Task WriteAsync(HttpContext context, int status, string word)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(word + "\n", context.RequestAborted);
    }
}
