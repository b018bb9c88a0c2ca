using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Culvert.Server.Files;

/// <summary>
/// Answers from a site through ASP.NET, for connections that something else has used before, and for every server that
/// is not asked over plain HTTP/1.1. The same bytes as any other caller of the site sends, but for the date.
/// </summary>
internal sealed class FileEndpoint
{
    private const int BufferBytes = 64 * 1024;

    private readonly Site _site;
    private readonly AccessLog? _log;

    /// <param name="site">What answers.</param>
    /// <param name="log">Where each answer is noted; null for nowhere.</param>
    public FileEndpoint(Site site, AccessLog? log)
    {
        _site = site;
        _log = log;
    }

    /// <summary>Answers a request of any method, to its end.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var method = Encoding.Latin1.GetBytes(context.Request.Method);
        var target = TargetOf(context);
        var note = Note(context, method, target);
        long sent = 0;
        if (!TryAnswerAtOnce(context, method, target, out var answer))
        {
            answer = await Task.Run(() => _site.Answer(RequestOf(context, target)), CancellationToken.None);
        }

        using var file = answer.File;
        try
        {
            SetHead(context, answer);
            if (file is not null)
            {
                sent = await SendAsync(context, file);
            }
            else if (answer.Body.Length > 0)
            {
                await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
                sent = answer.Body.Length;
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; the line below says how far it got.
        }
        catch (IOException)
        {
            // The disk or the client broke off amid the body, and the head is out: only the end can tell.
            context.Abort();
        }
        finally
        {
            note?.End(answer.Status, sent);
        }
    }

    private bool TryAnswerAtOnce(HttpContext context, byte[] method, byte[] target, out FileAnswer answer)
    {
        if (_site.Options.Root is null)
        {
            // Nothing is here, and so nothing has methods either.
            answer = _site.Page(StatusCodes.Status404NotFound, HttpMethods.IsHead(context.Request.Method));
            return true;
        }

        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            var request = RequestOf(context, target);
            return _site.TryAnswer(request, out answer);
        }

        answer = _site.AnswerMethod(method);
        return true;
    }

    /// <summary>
    /// The target in origin form, as it was received: the framework's own path is already decoded and clamped to the
    /// root.
    /// </summary>
    private static byte[] TargetOf(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (raw.Length > 0 && raw[0] != '/')
        {
            // Absolute form, RFC 9112 §3.2.2.
            var authority = raw.IndexOf("://", StringComparison.Ordinal);
            if (authority > 0)
            {
                var path = raw.AsSpan(authority + 3).IndexOfAny("/?");
                raw = path < 0 ? "/" : raw[(authority + 3 + path)..];
                raw = raw[0] == '?' ? "/" + raw : raw;
            }
        }

        // What is no ASCII becomes bytes that no target may hold.
        return Encoding.UTF8.GetBytes(raw);
    }

    private static FileRequest RequestOf(HttpContext context, byte[] target)
    {
        var headers = context.Request.Headers;
        return new FileRequest
        {
            IsHead = HttpMethods.IsHead(context.Request.Method),
            Target = target,
            IfMatch = Bytes(headers.IfMatch),
            IfNoneMatch = Bytes(headers.IfNoneMatch),
            IfModifiedSince = Bytes(headers.IfModifiedSince),
            IfUnmodifiedSince = Bytes(headers.IfUnmodifiedSince),
            Range = Bytes(headers.Range),
            IfRange = Bytes(headers.IfRange),
            AcceptEncoding = Bytes(headers.AcceptEncoding),
            Accept = Bytes(headers.Accept),
        };
    }

    private static byte[] Bytes(string? value) => string.IsNullOrEmpty(value) ? [] : Encoding.UTF8.GetBytes(value);

    /// <summary>Copies the head, which the framework then writes in the same order.</summary>
    private static void SetHead(HttpContext context, FileAnswer answer)
    {
        var response = context.Response;
        var head = Encoding.ASCII.GetString(answer.Head.Bytes);
        response.StatusCode = answer.Status;
        if (context.Features.Get<IHttpResponseFeature>() is { } feature)
        {
            feature.ReasonPhrase = ReasonPhrase.Of(answer.Status);
        }

        foreach (var range in head.AsSpan().Split("\r\n"))
        {
            var line = head[range];
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon > 0 && range.Start.Value > 0)
            {
                response.Headers[line[..colon]] = line[(colon + 2)..];
            }
        }

        // RFC 9113 §8.2.2: HTTP/2 has no such field.
        if (answer.MustClose && !HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            response.Headers.Connection = "close";
        }
    }

    /// <summary>Sends from the disk with one bounded buffer. Returns how many bytes went.</summary>
    private static async Task<long> SendAsync(HttpContext context, FileBody file)
    {
        var body = context.Response.Body;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        long sent = 0;
        try
        {
            foreach (var part in file.Parts)
            {
                await body.WriteAsync(part.Text, context.RequestAborted);
                sent += part.Text.Length;
                for (long done = 0; done < part.Length;)
                {
                    var wanted = (int)Math.Min(buffer.Length, part.Length - done);
                    var count = await RandomAccess.ReadAsync(
                        file.Handle, buffer.AsMemory(0, wanted), part.Offset + done, context.RequestAborted);
                    if (count == 0)
                    {
                        // Shorter than promised: only an end without the rest tells the client.
                        context.Abort();
                        return sent;
                    }

                    await body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
                    done += count;
                    sent += count;
                }
            }

            return sent;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private AccessNote? Note(HttpContext context, byte[] method, byte[] target) => _log?.Hold(new AccessEntry
    {
        Address = context.Connection.RemoteIpAddress,
        Method = method,
        Target = target,
        Referer = Bytes(context.Request.Headers.Referer),
        UserAgent = Bytes(context.Request.Headers.UserAgent),
    });
}
