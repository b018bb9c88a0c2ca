using System.Text.RegularExpressions;
using ApiPages;
using Culvert.Client;
using Culvert.Client.Messages;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.Documentation;

/// <summary>The pages that tools/ApiPages makes of the documentation comments.</summary>
public sealed class ApiPagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("culvert-api-").FullName;
    private readonly PageWriter _pages = new([typeof(CulvertClient).Assembly, typeof(Opcode).Assembly]);

    public ApiPagesTests() => _pages.Write(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_public_member_has_a_summary_and_every_reference_a_target() =>
        Assert.Equal([], _pages.Findings);

    [Fact]
    public void Every_public_type_has_a_page_and_a_place_on_the_first()
    {
        var first = File.ReadAllText(Path.Combine(_folder, "README.md"));

        foreach (var type in typeof(CulvertClient).Assembly.GetExportedTypes())
        {
            var name = type.FullName!.Replace('`', '-') + ".md"; // An exported type has a name.
            Assert.True(File.Exists(Path.Combine(_folder, name)), name);
            Assert.Contains($"]({name})", first, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_link_leads_to_an_anchor_that_is_there()
    {
        var texts = Directory.EnumerateFiles(_folder).ToDictionary(f => Path.GetFileName(f), File.ReadAllText);

        var links = texts.Values
            .SelectMany(t => Regex.Matches(t, @"\]\((?<page>[^)#]+)(#(?<anchor>[^)]+))?\)"))
            .ToList();

        Assert.True(links.Count > 500);
        foreach (var link in links)
        {
            Assert.True(texts.TryGetValue(link.Groups["page"].Value, out var page), link.Value);
            var anchor = link.Groups["anchor"].Value;
            Assert.True(anchor.Length == 0 || page.Contains($"<a id=\"{anchor}\">", StringComparison.Ordinal), anchor);
        }
    }

    [Fact]
    public void A_page_shows_what_the_code_says()
    {
        var client = PageOf<MessageClient>();
        var limits = PageOf<MessageLimits>();
        var listener = PageOf<MessageListener>();
        var info = PageOf<CloseInfo>();

        Assert.Contains("public sealed class MessageClient : IAsyncDisposable, IDisposable", client);
        Assert.Contains("public bool TryReceive(TimeSpan timeout, out Message? message)", client);
        Assert.Contains("(Culvert.Client.ConnectFailedException.md): There is no connection; says at", client);
        Assert.Contains("public int MaxMessageBytes { get; init; }", limits);
        Assert.Contains("Default: 16 MiB", limits);
        // Taken over from the endpoint.
        Assert.Contains("False when none came in time, which harms nothing.", listener);
        // Described on the record.
        Assert.Contains("Whether Close frames went both ways (RFC 6455 §7.1.4).", info);
        Assert.Contains("public override int Read(Span<byte> buffer)", PageOf<MessageStream>());
        Assert.Contains("As `Stream.Read`.", PageOf<MessageStream>());
        Assert.Contains("Buffer = 1", PageOf<SendPolicy>());
        Assert.Contains("this MessageClient client", File.ReadAllText(FileOf("Culvert.Client.Messages.MessageJson")));
    }

    private string PageOf<T>() => File.ReadAllText(FileOf(typeof(T).FullName));

    private string FileOf(string? name) => Path.Combine(_folder, name + ".md");
}
