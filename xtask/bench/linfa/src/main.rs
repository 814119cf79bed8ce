//! linfa-logistic's fit of a CSV file of numbers and a label, in the last column: prints seconds and log loss as JSON.

use std::error::Error;
use std::time::Instant;

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("expected a CSV file")?;
    let (mut numbers, mut labels) = (Vec::new(), Vec::new());
    let mut reader = csv::Reader::from_path(path)?;
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        let fields = record.len() - 1;
        for cell in record.iter().take(fields) {
            numbers.push(cell.parse::<f64>()?);
        }
        labels.push(&record[fields] == "1");
    }
    let rows = labels.len();
    let data =
        Dataset::new(Array2::from_shape_vec((rows, numbers.len() / rows), numbers)?, Array1::from_vec(labels));
    let start = Instant::now();
    let model = LogisticRegression::default().alpha(1.0).max_iterations(1_000).fit(&data)?;
    let seconds = start.elapsed().as_secs_f64();
    // It takes the more frequent label for the positive one.
    let probabilities = model.predict_probabilities(data.records());
    let likelihood = probabilities.iter().zip(data.targets());
    let loss = likelihood.map(|(frequent, converted)| if *converted { 1.0 - frequent } else { *frequent }.ln());
    println!("{{\"seconds\": {seconds}, \"log_loss\": {}}}", -loss.sum::<f64>() / rows as f64);
    Ok(())
}
