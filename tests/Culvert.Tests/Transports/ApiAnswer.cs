using System.Net;
using System.Text.Json;

namespace Culvert.Tests.Transports;

/// <summary>An answer of the API, read to its end.</summary>
internal sealed class ApiAnswer(HttpResponseMessage response, string body)
{
    public int Status => (int)response.StatusCode;

    public string Body => body;

    public string? ContentType => response.Content.Headers.ContentType?.MediaType;

    public HttpStatusCode StatusCode => response.StatusCode;

    /// <summary>The code of a problem; null for any other answer.</summary>
    public string? Code => ContentType == "application/problem+json" ? Text("code") : null;

    public JsonElement Json => JsonDocument.Parse(body).RootElement;

    public string? Header(string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values)
        : response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values)
        : null;

    public string? Text(string member) => Json.TryGetProperty(member, out var value) ? value.ToString() : null;
}
