using System.Net.Sockets;
using System.Text;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests.BadInput;

/// <summary>Sends a bad request, and compares everything that follows with what must follow.</summary>
internal static class Exchange
{
    /// <summary>A request that the application answers.</summary>
    public static readonly string Health = BadRequest.Get("/healthz");

    /// <summary>What went wrong; null when nothing did.</summary>
    public static async Task<string?> FaultAsync(CulvertProcess server, BadRequest request, ConnectionKind kind)
    {
        try
        {
            return await FaultOnAsync(server, request, kind) ?? await FaultOfNextAsync(server);
        }
        catch (Exception exception) when (
            exception is InvalidDataException or SocketException or TimeoutException or EndOfStreamException)
        {
            return exception.Message;
        }
    }

    /// <summary>Opens a connection and brings it into a state.</summary>
    /// <param name="server">The server.</param>
    /// <param name="kind">The state.</param>
    /// <param name="bytes">Sent as soon as it is reached.</param>
    public static async Task<(RawConnection Connection, AnswerReader Answers)> OpenAsync(
        CulvertProcess server, ConnectionKind kind, byte[] bytes)
    {
        var connection = await RawConnection.OpenAsync(server.Address);
        try
        {
            var answers = new AnswerReader(connection);
            if (kind == ConnectionKind.Owned)
            {
                await connection.SendAsync(Health);
                await MustBeHealthyAsync(answers);
            }

            await connection.SendAsync(
                kind == ConnectionKind.Pipelined ? [.. Encoding.ASCII.GetBytes(Health), .. bytes] : bytes);
            return (connection, answers);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static async Task MustBeHealthyAsync(AnswerReader answers)
    {
        var answer = await answers.MustReadAsync();
        if (answer.Status != 200)
        {
            throw new InvalidDataException($"the request before it: {answer}");
        }
    }

    private static async Task<string?> FaultOnAsync(CulvertProcess server, BadRequest request, ConnectionKind kind)
    {
        var (connection, answers) = await OpenAsync(server, kind, request.Bytes(server.Token));
        using (connection)
        {
            if (request.EndsSending)
            {
                connection.EndSending();
            }

            if (kind == ConnectionKind.Pipelined)
            {
                await MustBeHealthyAsync(answers);
            }

            var answer = await answers.MustReadAsync(request.IsHead);
            if (Fault(request, answer) is { } wrong)
            {
                return $"{wrong} in {answer}";
            }

            if (request.Closes)
            {
                return await answers.FaultOfEndAsync();
            }

            await connection.SendAsync(BadRequest.Get(Site.Page));
            return (await answers.ReadAsync())?.Text == Site.PageText ? null : "the connection did not go on";
        }
    }

    private static string? Fault(BadRequest request, RawAnswer answer)
    {
        if (answer.Status != request.Status)
        {
            return $"status {answer.Status} in place of {request.Status}";
        }

        foreach (var line in request.Headers)
        {
            var isWrong = line[0] == '!'
                ? answer[line[1..]] is not null
                : line.Split(": ", 2) is not [var name, var value] || answer[name] != value;
            if (isWrong)
            {
                return $"no {line}";
            }
        }

        return request.SaysClose && answer["Connection"] == "close" != request.Closes
            ? "the wrong Connection header"
            : FaultOfBody(request, answer);
    }

    private static string? FaultOfBody(BadRequest request, RawAnswer answer)
    {
        if (request.IsHead)
        {
            return null;
        }

        if (request.Body is { } body)
        {
            return answer.Text == body ? null : "another body";
        }

        if (request.Part is { } part)
        {
            return answer.Text.Contains(part, StringComparison.Ordinal) ? null : $"no {part}";
        }

        if (answer.Status < 400)
        {
            return answer.Text == Site.PageText ? null : "another body";
        }

        var type = request.IsApi ? "application/problem+json" : "text/html; charset=utf-8";
        if (answer["Content-Type"] != type || answer["Cache-Control"] != "no-store")
        {
            return "no page, or the wrong kind";
        }

        return request.IsApi
            ? answer.Text.Contains($"\"status\":{answer.Status},", StringComparison.Ordinal) ? null : "no problem"
            : Site.PageOf(answer.Status) is { } own
                ? answer.Text == own ? null : "not the site's own page"
                : answer.Text.Contains($"<h1>{answer.Status} ", StringComparison.Ordinal) ? null : "no built-in page";
    }

    private static async Task<string?> FaultOfNextAsync(CulvertProcess server)
    {
        var (connection, answers) = await OpenAsync(
            server, ConnectionKind.Fresh, new BadRequest(BadRequest.Get(Site.Page), 200).Bytes(""));
        using (connection)
        {
            return (await answers.MustReadAsync()).Text == Site.PageText ? null : "the next connection got nothing";
        }
    }
}
