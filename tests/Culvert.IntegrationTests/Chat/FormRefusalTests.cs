using System.Text;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests.Chat;

/// <summary>Forms that are refused before they were read: whoever sent one learns that the connection ends.</summary>
public sealed class FormRefusalTests
{
    private const string Form = "Content-Type: application/x-www-form-urlencoded\r\n";
    private const string Own = "Sec-Fetch-Site: same-origin\r\n";

    // Longer than a form may be, and than the server's buffers.
    private const int TooLong = 4 * 1024 * 1024;

    [Theory]
    [InlineData("/chat/rooms")]
    [InlineData("/chat/rooms/lobby")]
    [InlineData("/login")]
    public async Task A_form_that_is_announced_too_long_gets_the_page_for_it_and_the_end(string path)
    {
        await using var server = await CulvertProcess.StartAsync();

        var answer = await PostAsync(server, path, $"{Own}{Form}Content-Length: {TooLong}\r\n", "name=x");

        MustEnd(answer, "413 ", "That is too much at once");
    }

    [Fact]
    public async Task A_form_of_chunks_that_gets_too_long_gets_the_page_for_it_and_the_end()
    {
        await using var server = await CulvertProcess.StartAsync();
        var chunk = $"{300 * 1024:x}\r\n{new string('x', 300 * 1024)}\r\n";

        var answer = await PostAsync(server, "/chat/rooms", $"{Own}{Form}Transfer-Encoding: chunked\r\n", chunk);

        MustEnd(answer, "413 ", "That is too much at once");
    }

    [Theory]
    [InlineData("/chat/rooms", Form + "Origin: http://evil.example\r\n")]
    [InlineData("/chat/rooms", Form + "Sec-Fetch-Site: cross-site\r\n")]
    [InlineData("/chat/rooms", Form)]
    [InlineData("/chat/rooms", Own + "Content-Type: text/plain\r\n")]
    [InlineData("/chat/rooms/lobby", Own + "Content-Type: text/plain\r\n")]
    [InlineData("/login", Own + "Content-Type: text/plain\r\n")]
    public async Task A_form_that_is_refused_unread_gets_the_page_for_it_and_the_end(string path, string headers)
    {
        await using var server = await CulvertProcess.StartAsync();

        var body = new string('x', 20_000);
        var answer = await PostAsync(server, path, $"{headers}Content-Length: {body.Length}\r\n", body);

        MustEnd(answer, "403 ", "That is not allowed");
    }

    [Fact]
    public async Task A_form_with_bad_chunks_gets_the_page_for_it_and_the_end()
    {
        await using var server = await CulvertProcess.StartAsync();

        var answer = await PostAsync(
            server, "/chat/rooms", $"{Own}{Form}Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nx");

        MustEnd(answer, "400 ", "class=\"error-code\"");
    }

    [Fact]
    public async Task A_stranger_whose_form_nobody_reads_is_sent_to_the_sign_in_and_told_of_the_end()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var connection = await RawConnection.OpenAsync(server.Address);

        await connection.SendAsync(
            $"POST /chat/rooms HTTP/1.1\r\nHost: 127.0.0.1\r\n{Form}Content-Length: {TooLong}\r\n\r\nname=x");

        MustEnd(await ReadToEndAsync(connection), "302 ", "Location: /login");
    }

    [Fact]
    public async Task A_form_that_was_read_and_is_refused_leaves_the_connection_open()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var anna = await server.Owner.NewUserAsync("anna");
        using var connection = await RawConnection.OpenAsync(server.Address);
        const string Body = "form_token=forged&name=x";

        await connection.SendAsync(
            $"POST /chat/rooms HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {anna.Cookie}\r\n{Own}{Form}"
            + $"Content-Length: {Body.Length}\r\n\r\n{Body}"
            + "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");

        var answers = await ReadToEndAsync(connection);
        Assert.StartsWith("HTTP/1.1 403 ", answers, StringComparison.Ordinal);
        Assert.Contains("That is not allowed", answers, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 200 ", answers, StringComparison.Ordinal);
        Assert.Equal(1, answers.Split("Connection: close", StringSplitOptions.None).Length - 1);
    }

    private static async Task<string> PostAsync(CulvertProcess server, string path, string headers, string body)
    {
        using var anna = await server.Owner.NewUserAsync("anna");
        using var connection = await RawConnection.OpenAsync(server.Address);
        await connection.SendAsync(
            $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {anna.Cookie}\r\n{headers}\r\n{body}");
        return await ReadToEndAsync(connection);
    }

    private static void MustEnd(string answer, string status, string said)
    {
        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Contains(said, answer, StringComparison.Ordinal);
    }

    private static async Task<string> ReadToEndAsync(RawConnection connection)
    {
        var buffer = new byte[16 * 1024];
        using var answer = new MemoryStream();
        for (int count; (count = await connection.ReceiveAsync(buffer)) > 0;)
        {
            await answer.WriteAsync(buffer.AsMemory(0, count), Bounded.Cancelled);
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
