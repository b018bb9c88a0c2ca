using Culvert.Client.Connecting;

namespace Culvert.Tests.Client.Connecting;

/// <summary>Which connections take a proxy.</summary>
public sealed class ProxyVariablesTests
{
    [Theory]
    [InlineData("ws://example.org/", "", "plain:1")]
    [InlineData("wss://example.org/", "", "http://secure:2")]
    [InlineData("ws://localhost/", "", null)]
    [InlineData("ws://127.0.0.2/", "", null)]
    [InlineData("ws://[::1]/", "", null)]
    [InlineData("ws://example.org/", "*", null)]
    [InlineData("ws://example.org/", "other.org, example.org", null)]
    [InlineData("ws://a.example.org/", ".example.org", null)]
    [InlineData("ws://a.example.org/", "EXAMPLE.org", null)]
    [InlineData("ws://badexample.org/", "example.org", "plain:1")]
    [InlineData("ws://example.org:81/", "example.org:81", null)]
    [InlineData("ws://example.org:82/", "example.org:81", "plain:1")]
    [InlineData("ws://10.1.2.3/", "10.0.0.0/8", null)]
    [InlineData("ws://11.1.2.3/", "10.0.0.0/8", "plain:1")]
    [InlineData("ws://[fd00::1]/", "[fd00::1]", null)]
    public void The_variables_say_so_as_curl_reads_them(string address, string exceptions, string? expected)
    {
        var variables = new Dictionary<string, string>
        {
            ["http_proxy"] = "plain:1",
            ["HTTP_PROXY"] = "loses",
            ["HTTPS_PROXY"] = "http://secure:2",
            ["NO_PROXY"] = exceptions,
        };

        var proxy = new ProxyVariables(name => variables.GetValueOrDefault(name)).For(new Uri(address));

        Assert.Equal(expected, proxy);
    }

    [Theory]
    [InlineData("proxy", "http://proxy/")]
    [InlineData("proxy:3128", "http://proxy:3128/")]
    [InlineData("http://u:p@proxy:3128", "http://u:p@proxy:3128/")]
    [InlineData("socks5://proxy:1", null)]
    [InlineData("https://proxy:1", null)]
    [InlineData("", null)]
    public void Only_http_proxies_can_be_used(string text, string? expected)
    {
        Assert.Equal(expected, ProxyVariables.Parse(text)?.AbsoluteUri);
    }
}
